import type { Limits } from '../../base/limits.ts';
import { formatImageName, withDefaultTag } from '../../oci/image-name.ts';
import { formatReference, type EngineReference } from '../../oci/reference.ts';
import { openArchive } from '../archive/open-archive.ts';
import type { OpenedSource } from '../opened-source.ts';
import type { TempFolder } from '../temp.ts';
import type { EngineOptions } from './engine-client.ts';
import { saveImage } from './engine-images.ts';
import { findEngineImage } from './find-image.ts';
import { openEngineOf } from './open-engine.ts';

export interface EngineSourceOptions {
  readonly engine: EngineOptions;
  readonly limits: Limits;
  readonly temp?: TempFolder | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes the engine sent, piece by piece. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Opens an image of an engine: the archive that `docker save` would write is stored in a private temp file
 * while the engine packs it, and read from there. Rejects with `not-found` and as `openArchive` does.
 */
export const openEngineSource = async (
  reference: EngineReference,
  { engine: options, limits, temp, signal, onBytes }: EngineSourceOptions,
): Promise<OpenedSource> => {
  const engine = await openEngineOf(reference, options);
  try {
    const found = await findEngineImage(engine, reference.image);
    const name = formatReference({ ...reference, engine: engine.kind, image: tagged(found.image) });
    const content = await saveImage(engine, found.asked, { size: found.details.size, signal });
    const archive = await openArchive(
      { kind: 'archive', path: '-' },
      { limits, temp, signal, onBytes, stream: { content, name } },
    );
    return {
      ...archive,
      kind: 'docker-daemon',
      name,
      names:
        'id' in found.image
          ? archive.names
          : [{ imageName: formatImageName(withDefaultTag(found.image)) }],
    };
  } finally {
    await engine.close();
  }
};

const tagged = (image: EngineReference['image']): EngineReference['image'] =>
  'id' in image ? image : withDefaultTag(image);
