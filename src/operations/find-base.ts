import type { BaseReport } from '../api/base-report.ts';
import { ReslimError } from '../base/errors.ts';
import { BASE_DIGEST, BASE_NAME } from '../oci/base-annotations.ts';
import type { Digest } from '../oci/digest.ts';
import { formatImageName, tryImageName } from '../oci/image-name.ts';
import { imageFor, imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import { baseByHistory } from '../plan/base-by-history.ts';
import type { SessionSource } from './open-places.ts';
import type { Session } from './session.ts';

/** Which of the lower layers of an image are those of its base, and how that was found. */
export interface FoundBase extends Pick<BaseReport, 'layers' | 'how' | 'name'> {
  /** Its documents, where they were read. */
  readonly image?: Image | undefined;
}

/** Finds the base of each image of a run, as `--base` says it or the image shows it. */
export type FindBase = (image: Image) => FoundBase | undefined;

export interface FindBaseOptions {
  /** `--base`: a count of layers, the digest of the last one, or the name of an image. */
  readonly base: string | undefined;
  /** The image that `--base` names. */
  readonly opened: ImageSource | undefined;
  readonly source: SessionSource;
  /** Documents of the source. */
  readonly root: ImageNode;
  /** What `base` is called on the command line, for messages. @default '--base' */
  readonly flag?: string | undefined;
}

/** Whether `--base` is the name of an image, which must be opened. */
export const baseImage = (base: string | undefined): readonly string[] =>
  base === undefined || COUNT.test(base) || DIGEST.test(base) ? [] : [base];

const COUNT = /^\d{1,4}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads the documents of the base where one is named. What it returns throws `usage` where an image has no such base. */
export const openBases = async (
  { base, opened, source, root, flag = '--base' }: FindBaseOptions,
  session: Session,
): Promise<FindBase> => {
  const asked = `${flag} ${base}`;
  if (base !== undefined && COUNT.test(base))
    return (image) => firstLayers(image, Number(base), asked);
  if (base !== undefined && DIGEST.test(base)) return (image) => upToLayer(image, base, asked);
  if (opened) {
    const bases = imagesOf(await session.read(opened));
    return (image) => belowImage(image, bases, opened.name, `${flag} ${opened.name}`);
  }
  const annotated = await readAnnotated(root, source, session);
  if (!annotated) return baseByHistory;
  const { name, images } = annotated;
  return (image) => {
    try {
      return { ...belowImage(image, images, name, name), how: 'annotation' };
    } catch {
      return baseByHistory(image);
    }
  };
};

/**
 * The base that the images name themselves. An image must not make a run talk to any registry it likes: one that names a
 * base in another registry than its own is looked at by its history.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
const readAnnotated = async (
  root: ImageNode,
  { reference }: SessionSource,
  session: Session,
): Promise<{ readonly name: string; readonly images: readonly Image[] } | undefined> => {
  const [first] = imagesOf(root);
  const { [BASE_NAME]: name = '', [BASE_DIGEST]: digest = '' } =
    first?.document.value.annotations ?? {};
  const image = DIGEST.test(digest) ? tryImageName(name) : undefined;
  if (!image || reference.kind !== 'registry' || image.registry !== reference.image.registry)
    return undefined;
  try {
    const pinned = formatImageName({ ...image, tag: undefined, digest: digest as Digest });
    const { sources } = await session.open({ sources: [`docker://${pinned}`] });
    return { name, images: imagesOf(await session.read(sources[0])) };
  } catch {
    session.addNote(`the base ${name} cannot be read: the history of the image says where it ends`);
    return undefined;
  }
};

const firstLayers = (image: Image, layers: number, asked: string): FoundBase => {
  const { length } = image.document.value.layers;
  if (layers > length)
    throw noBase(
      image,
      `${asked}, and the image has ${length} ${length === 1 ? 'layer' : 'layers'}`,
    );
  return { layers, how: 'count' };
};

const upToLayer = (image: Image, digest: string, asked: string): FoundBase => {
  const stored = image.document.value.layers.map((layer) => layer.digest as string);
  const at = Math.max(
    stored.lastIndexOf(digest),
    image.config.value.diffIds.lastIndexOf(digest as never),
  );
  if (at === -1) throw noBase(image, `${asked} is no layer of the image`);
  return { layers: at + 1, how: 'layer' };
};

const belowImage = (
  image: Image,
  bases: readonly Image[],
  name: string,
  asked: string,
): FoundBase => {
  const base = imageFor(bases, image.platform);
  if (!base) throw noBase(image, `${asked} has no image for ${formatPlatform(image.platform)}`);
  const { diffIds } = base.config.value;
  const own = image.config.value.diffIds;
  const differs = diffIds.findIndex((diffId, at) => diffId !== own[at]);
  if (differs !== -1)
    throw noBase(image, `${asked}: layer ${differs + 1} of it is not in the image`);
  return { layers: diffIds.length, how: 'image', name, image: base };
};

const noBase = (image: Image, what: string): ReslimError =>
  new ReslimError('usage', `the image is not built on this base: ${what}`, {
    hint: 'reslim inspect shows the layers; the base may have been rebuilt since',
    place: formatPlatform(image.platform),
  });
