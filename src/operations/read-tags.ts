import type { LeftOutTag } from '../api/trend.ts';
import { inParallel, type createSlots } from '../base/concurrency.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { Digest } from '../oci/digest.ts';
import { imagesOf } from '../oci/image.ts';
import type { ImageSource } from '../oci/store.ts';
import type { Platform } from '../oci/platform.ts';
import { readImage } from '../transport/read-image.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import { summarizeImage, type ImageSummary } from '../trend/summarize-image.ts';
import { isDamage } from './is-damage.ts';
import type { Session } from './session.ts';

/** A tag whose documents were read. */
export interface ReadTag {
  readonly tag: string;
  /** Of the index, or of the only manifest. */
  readonly root: Digest;
  readonly images: readonly ImageSummary[];
}

export interface ReadTagsOptions {
  readonly repository: TaggedRepository;
  readonly session: Session;
  /** @default all platforms */
  readonly platform?: Platform | undefined;
  /** Images that were read before; those that are read now are added. @default none */
  readonly known?: Map<Digest, Promise<readonly ImageSummary[]>> | undefined;
  /** Bounds what is read at once. @default as much as the registry client is made for */
  readonly slots?: Slots | undefined;
}

/**
 * Reads the documents of tags, some at a time; of several tags of one image only once. Tags that are no images, or
 * none that can be read, are left out; a registry that fails is an error.
 */
export const readTags = async (
  tags: readonly string[],
  { repository, session, platform, known = new Map(), slots = unbounded }: ReadTagsOptions,
): Promise<{ readonly read: ReadTag[]; readonly leftOut: LeftOutTag[] }> => {
  const leftOut: LeftOutTag[] = [];
  const readTag = async (tag: string): Promise<ReadTag | undefined> => {
    const root = await withOrigin('source', () => repository.resolve(tag));
    const source = repository.source(tag, root);
    const reading = known.get(root.digest) ?? readImages(source, session, platform);
    known.set(root.digest, reading);
    // What failed is tried again the next time.
    reading.catch(() => known.delete(root.digest));
    const images = await reading;
    if (images.length === 0) throw new ReslimError('invalid-image', 'no image');
    return { tag, root: root.digest, images };
  };
  session.onEvent({ type: 'stage', stage: 'read' });
  const jobs = tags.map((tag) => async () => {
    try {
      return await slots(() => readTag(tag));
    } catch (error) {
      // It was deleted meanwhile, has no image for the platform, or breaks the specification: others are not concerned.
      if (!isDamage(error)) throw error;
      leftOut.push({ tag, reason: error.message });
      return undefined;
    }
  });
  const read = await inParallel(jobs, () => {}, repository.parallel);
  return {
    read: read.filter((one) => one !== undefined),
    leftOut: leftOut.sort((a, b) => (a.tag < b.tag ? -1 : 1)),
  };
};

const readImages = async (
  source: ImageSource,
  session: Session,
  platform: Platform | undefined,
): Promise<readonly ImageSummary[]> =>
  imagesOf(await withOrigin('source', () => readImage(source, { ...session, platform }))).map(
    (image) => summarizeImage(image),
  );

type Slots = ReturnType<typeof createSlots>;

const unbounded: Slots = (action) => action();
