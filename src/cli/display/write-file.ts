import { createWriteStream, type Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withIoErrors } from '../../base/io-error.ts';
import { replaceFile } from '../../base/replace-file.ts';

/** Rejects where a file could not be written. */
export const checkPlace = (path: string): Promise<void> =>
  withIoErrors(path, async () => {
    const known = await find(path);
    if (known?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await access(known ? path : dirname(path), constants.W_OK);
  });

/** Writes a file so that readers see the old one or the whole new one. Pipes are written straight. */
export const writeFileAtOnce = (path: string, lines: Iterable<string>): Promise<void> =>
  withIoErrors(path, async () => {
    const known = await find(path);
    const isPlain = known === undefined || known.isFile();
    await (isPlain ? replaceFile : writeInto)(path, Readable.from(inChunks(lines)));
  });

const find = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined);

const writeInto = (path: string, content: Readable): Promise<void> =>
  pipeline(content, createWriteStream(path));

/** Lines are short, and a write for each would be slow. */
function* inChunks(lines: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length >= 65_536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
