import { open, stat, type FileHandle } from 'node:fs/promises';
import { ReslimError } from '../../base/errors.ts';
import { readRange } from '../file-bytes.ts';
import { asIoError, isMissing, withIoErrors } from '../../base/io-error.ts';
import { sniff, SNIFF_SIZE } from './sniff.ts';
import { spool, type PlainFile, type SpoolOptions } from './spool.ts';

/**
 * Opens an archive: a plain tar is read in place; a compressed one, a pipe, or standard input
 * (`-`) is first written to a private temp file, decompressed. Rejects with `not-found`,
 * `invalid-image` (no tar), `limit` (too much when decompressed) or `io`.
 */
export const openPlainFile = (path: string, options: SpoolOptions): Promise<PlainFile> =>
  withIoErrors(`archive ${path}`, async () => {
    if (path === '-') return openStandardInput(options);
    const handle = await openFile(path);
    try {
      const info = await handle.stat();
      if (info.isDirectory()) {
        throw new ReslimError('usage', `a folder, not an archive: ${path}`, {
          hint: `write oci:${path} for a layout`,
        });
      }
      if (info.isFile() && (await isPlainTar(handle))) return { handle, size: info.size, path };
      const content = info.isFile()
        ? readRange(handle, { offset: 0, size: info.size }, { where: path })
        : handle.createReadStream({ autoClose: false });
      const plain = await spool(content, path, options);
      await handle.close();
      return plain;
    } catch (error) {
      await handle.close();
      throw error;
    }
  });

const isPlainTar = async (handle: FileHandle): Promise<boolean> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_SIZE), 0, SNIFF_SIZE, 0);
  return sniff(buffer.subarray(0, bytesRead)) === 'tar';
};

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    await stat(path);
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error))
      throw new ReslimError('not-found', `no such archive: ${path}`, { cause: error });
    throw asIoError(error, `archive ${path}`);
  }
};

const openStandardInput = (options: SpoolOptions): Promise<PlainFile> => {
  if (process.stdin.isTTY) {
    throw new ReslimError('usage', 'standard input is a terminal, not an archive', {
      hint: 'pipe an archive in: docker save app | reslim - -o slim.tar',
    });
  }
  return spool(process.stdin, 'standard input', options);
};
