import type { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import type { Entry } from '../entry.ts';

/** The average size of names that is allowed, twice the usual one: names of 4096 bytes each would fill the memory. */
const NAME_BYTES = 128;

/**
 * Counts the entries of all layers of an image, and the bytes of their names. The returned function throws
 * `limit` once there are too many. `where` names the image.
 */
export const openEntryBudget = (
  { entryCount }: Pick<Limits, 'entryCount'>,
  where: string,
): ((entry: Entry) => void) => {
  const nameBytes = entryCount * NAME_BYTES;
  let entries = 0;
  let names = 0;
  return ({ path, linkTarget }) => {
    names += path.length + linkTarget.length;
    if (++entries > entryCount)
      throw overLimit(`more than ${entryCount} files in the layers`, where);
    if (names > nameBytes) throw overLimit(`file names of more than ${nameBytes} bytes`, where);
  };
};

const overLimit = (what: string, where: string): ReslimError =>
  limitError('entryCount', what, where);
