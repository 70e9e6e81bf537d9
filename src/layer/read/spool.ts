import { open, unlink, type FileHandle } from 'node:fs/promises';

/**
 * Opens a new private file and removes its name at once: however the run ends, the system frees the space.
 * Where an open file cannot lose its name (Windows), the file is removed with its folder.
 */
export const openSpool = async (path: string): Promise<FileHandle> => {
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path).catch(() => {});
  return handle;
};
