import { open } from 'node:fs/promises';
import type { ElfSource } from '../../src/elf/elf-source.ts';

/** Lends a file of this machine as a source; answers `undefined` for what is no regular file. */
export const withFile = async <T>(
  path: string,
  use: (source: ElfSource) => Promise<T>,
): Promise<T | undefined> => {
  const handle = await open(path);
  try {
    const info = await handle.stat();
    if (!info.isFile()) return undefined;
    return await use({
      size: info.size,
      read: async (offset, length) => {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
        if (bytesRead !== length) throw new Error(`read past the end of ${path}`);
        return buffer;
      },
    });
  } finally {
    await handle.close();
  }
};
