import { open, unlink, type FileHandle } from 'node:fs/promises';

/**
 * Opens a new private file and takes its name away at once: however the run ends, the system frees the
 * space. Where an open file keeps its name (Windows), the folder it is in is removed with it.
 */
export const openSpool = async (path: string): Promise<FileHandle> => {
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path).catch(() => {});
  return handle;
};
