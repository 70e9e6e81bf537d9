import { ReslimError, withOrigin, type ErrorOrigin } from '../base/errors.ts';
import type { TaggedPlace } from '../transport/tagged-place.ts';

/** Tags of a repository that are listed. */
const MAX_LISTED = 100_000;

/** All tags of a repository, or names in a layout. Rejects with `limit` for more than anybody has. */
export const listTags = (
  { name, tags }: Pick<TaggedPlace, 'name' | 'tags'>,
  origin: ErrorOrigin = 'source',
): Promise<string[]> =>
  withOrigin(origin, async () => {
    const all: string[] = [];
    for await (const tag of tags()) {
      if (all.length >= MAX_LISTED)
        throw new ReslimError('limit', `more than ${MAX_LISTED} tags, ${name}`, { place: name });
      all.push(tag);
    }
    return all;
  });
