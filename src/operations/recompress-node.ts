import type { CompressionChoice } from '../api/vocabulary.ts';
import { VERSION } from '../base/version.ts';
import { openLayers } from '../image/open-layers.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Image, ImageNode } from '../oci/image.ts';
import { withPlatforms, type Recipe } from '../oci/made-from.ts';
import { hasFormat } from '../oci/lazy-format.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import { carryNode } from '../write/carry-node.ts';
import type { CopyOptions } from '../write/copy-blob.ts';
import { rewriteNode } from '../write/rewrite-node.ts';
import { writeEdited } from '../write/write-edited.ts';
import { writeImage } from '../write/write-image.ts';
import type { Session } from './session.ts';
import { storageAs } from './plain-layers.ts';

export interface RecompressOptions extends CopyOptions {
  /** `keep`: as each layer is compressed, but again, with `level`. */
  readonly compression: CompressionChoice;
  readonly level: number | undefined;
  /** The verb of the recipe, and further words of it. */
  readonly verb: string;
  readonly words: readonly string[];
  readonly session: Session;
}

/** Compresses the layers of all images anew; their tars stay byte for byte, and all else is carried. */
export const recompressNode = (
  root: ImageNode,
  options: RecompressOptions,
): Promise<Descriptor> => {
  const recipe = recipeOf(options);
  return rewriteNode(root, {
    ...options,
    recipe: withPlatforms(recipe, options.session.platforms),
    onNote: options.session.addNote,
    rewriteImage: (image) => recompressImage(image, recipe, options),
  });
};

const recipeOf = ({ compression, level, verb, words: more }: RecompressOptions): Recipe => {
  const words = [`reslim ${VERSION} ${verb} compression=${compression}`];
  if (level !== undefined) words.push(`compression-level=${level}`);
  return { text: [...words, ...more].join(' ') };
};

const recompressImage = async (
  image: Image,
  recipe: Recipe,
  options: RecompressOptions,
): Promise<Descriptor> => {
  const { compression, level, source, target, signal, session } = options;
  if (image.platform.os === 'windows')
    return image.edits ? writeEdited(image, recipe, options) : carryNode(image, options);
  const { codec, limits, expansion, newSpool, temp } = session;
  const reading = { source, codec, limits, expansion, newSpool, temp, signal };
  const opened = await openLayers(image, reading);
  try {
    const stored = storageAs(compression, 'zstd');
    const { lazy } = stored;
    const layers = opened.layers.map((layer, from): PlannedLayer => {
      const wanted = stored.compression === 'keep' ? layer.compression : stored.compression;
      const isStored = layer.compression === wanted && (!lazy || hasFormat(layer.descriptor, lazy));
      return isStored && level === undefined
        ? { kind: 'carry', from }
        : { kind: 'recompress', from, compression: wanted };
    });
    const writing = { source, target, codec, level, lazy, recipe, signal };
    return (await writeImage(image, { layers }, opened.layers, writing)).descriptor;
  } finally {
    await opened.close();
  }
};
