import { open } from 'node:fs/promises';
import { ReslimError } from '../base/errors.ts';
import { withIoErrors } from '../base/io-error.ts';

/** Files that people write and name on the command line are smaller. */
const MAX_SIZE = 1024 * 1024;

/** The text of a file that the command line names; `-` is stdin. Rejects with `limit` where it is large. */
export const readGivenFile = (path: string): Promise<string> =>
  withIoErrors(path === '-' ? 'stdin' : path, async () => {
    const handle = path === '-' ? undefined : await open(path);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of handle?.createReadStream() ?? process.stdin) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MAX_SIZE)
        throw new ReslimError('limit', `more than ${MAX_SIZE} bytes, ${path}`, {
          hint: 'name a text file',
        });
    }
    return Buffer.concat(chunks).toString('utf8');
  });
