import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, constants, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Fails early where a report could not be written: a long run should not end with that. */
export const checkReportPlace = async (path: string): Promise<void> => {
  const known = await stat(path).catch(() => undefined);
  await access(known ? path : dirname(path), constants.W_OK);
  if (known?.isDirectory()) {
    throw Object.assign(new Error('a folder'), { code: 'EISDIR', syscall: 'open', path });
  }
};

/** Writes a report so that readers see the old file or the whole new one. Pipes are written straight. */
export const writeReport = async (path: string, lines: Iterable<string>): Promise<void> => {
  const known = await stat(path).catch(() => undefined);
  if (known && !known.isFile())
    return pipeline(Readable.from(inChunks(lines)), createWriteStream(path));
  const temp = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await pipeline(Readable.from(inChunks(lines)), createWriteStream(temp, { flags: 'wx' }));
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
};

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
