import { ReslimError, withOrigin } from '../base/errors.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';

/** Tags of a repository that are listed. */
const MAX_LISTED = 100_000;

/** All tags of a repository. Rejects with `limit` for more than anybody has. */
export const listTags = ({ name, tags }: TaggedRepository): Promise<string[]> =>
  withOrigin('source', async () => {
    const all: string[] = [];
    for await (const tag of tags()) {
      if (all.length >= MAX_LISTED)
        throw new ReslimError('limit', `more than ${MAX_LISTED} tags, ${name}`, { place: name });
      all.push(tag);
    }
    return all;
  });
