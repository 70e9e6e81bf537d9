import type { LeftOutTag } from '../api/trend.ts';
import { inParallel } from '../base/concurrency.ts';
import { ReslimError, withOrigin, type ErrorCode } from '../base/errors.ts';
import type { Digest } from '../oci/digest.ts';
import { imagesOf } from '../oci/image.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import { summarizeImage, type ImageSummary } from '../trend/summarize-image.ts';
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
}

/**
 * Reads the documents of tags, some at a time; of several tags of one image only once. Tags that are no images, or
 * none that can be read, are left out; a registry that fails is an error.
 */
export const readTags = async (
  tags: readonly string[],
  { repository, session }: ReadTagsOptions,
): Promise<{ readonly read: ReadTag[]; readonly leftOut: LeftOutTag[] }> => {
  const known = new Map<Digest, Promise<readonly ImageSummary[]>>();
  const leftOut: LeftOutTag[] = [];
  const readTag = async (tag: string): Promise<ReadTag | undefined> => {
    const root = await withOrigin('source', () => repository.resolve(tag));
    const reading = known.get(root.digest) ?? readImages(repository.source(tag, root), session);
    known.set(root.digest, reading);
    const images = await reading;
    if (images.length === 0) throw new ReslimError('invalid-image', 'no image');
    return { tag, root: root.digest, images };
  };
  session.onEvent({ type: 'stage', stage: 'read' });
  const jobs = tags.map((tag) => async () => {
    try {
      return await readTag(tag);
    } catch (error) {
      if (!(error instanceof ReslimError) || !UNREADABLE.has(error.code)) throw error;
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

/** What concerns one tag alone: it was deleted meanwhile, has no image for the platform, or breaks the specification. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ambiguous',
  'invalid-image',
  'limit',
  'mismatch',
  'not-found',
  'unsupported',
]);

const readImages = async (
  source: Parameters<Session['read']>[0],
  session: Session,
): Promise<readonly ImageSummary[]> =>
  imagesOf(await session.read(source)).map((image) => summarizeImage(image));
