import type { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import type { Entry } from '../entry.ts';

/** Real names are half as long on average; hostile ones would fill the memory at 4096 bytes each. */
const NAME_BYTES = 128;

/**
 * Counts the entries of all layers of an image, and the bytes of their names. The result throws `limit`
 * once there are more than the image may have. `where` names the image.
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
