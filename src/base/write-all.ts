import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of `bytes` at `position`, by default where the file's last write ended. One `write` may take
 * fewer bytes than it was given, e.g. when the disk is nearly full.
 */
export const writeAll = async (
  file: FileHandle,
  bytes: Uint8Array,
  position?: number,
): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    const at = position === undefined ? null : position + done;
    done += (await file.write(bytes, done, bytes.length - done, at)).bytesWritten;
  }
};
