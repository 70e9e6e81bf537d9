import { open, rename, rm } from 'node:fs/promises';
import { throwIfAborted, ReslimError } from '../base/errors.ts';
import { shortDigest } from '../oci/descriptor.ts';
import { algorithmOf, Digester, hexOf, type Digest } from '../oci/digest.ts';
import type { PutOptions, StoredBlob } from '../oci/store.ts';
import { withIoErrors } from '../base/io-error.ts';
import { writeAll } from '../base/write-all.ts';
import type { TempFolder } from './temp.ts';

/** Blobs on their way to a target: hashed while written, and named only once they are complete. */
export interface Staging {
  /** Where each staged blob lies. */
  readonly files: ReadonlyMap<Digest, StagedBlob>;
  put(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob>;
}

export interface StagedBlob {
  readonly path: string;
  readonly size: number;
}

/** `sync` flushes each blob to the disk, so that a crash of the machine cannot leave it empty. */
export const createStaging = (
  folder: Pick<TempFolder, 'path' | 'file'>,
  { sync = false }: { readonly sync?: boolean } = {},
): Staging => {
  const files = new Map<Digest, StagedBlob>();
  let count = 0;
  return {
    files,
    put: (content, options) =>
      withIoErrors(folder.path, async () => {
        const path = folder.file(`incoming-${count++}`);
        try {
          const stored = await writeBlob(path, content, { ...options, sync });
          const final = folder.file(`${algorithmOf(stored.digest)}-${hexOf(stored.digest)}`);
          await rename(path, final);
          files.set(stored.digest, { path: final, size: stored.size });
          return stored;
        } catch (error) {
          await rm(path, { force: true }).catch(() => {});
          throw error;
        }
      }),
  };
};

/** Flushed while there is more to come, so that little is left to wait for at the end. Bytes. */
const FLUSH = 32 * 1024 * 1024;

const writeBlob = async (
  path: string,
  content: AsyncIterable<Uint8Array>,
  { expected, signal, release, sync }: PutOptions & { readonly sync: boolean },
): Promise<StoredBlob> => {
  const digester = new Digester(expected ? algorithmOf(expected.digest) : 'sha256');
  const handle = await open(path, 'wx', 0o644);
  try {
    let flushed = 0;
    let flushing = Promise.resolve();
    for await (const chunk of content) {
      throwIfAborted(signal);
      if (expected && digester.size + chunk.length > expected.size)
        throw unexpected(expected, `over ${expected.size} bytes`);
      const written = writeAll(handle, chunk);
      written.catch(() => {});
      digester.update(chunk);
      await written;
      release?.(chunk);
      if (!sync || digester.size - flushed < FLUSH) continue;
      flushed = digester.size;
      flushing = flushing.then(() => handle.datasync());
      // Met below; until then it must not count as unhandled.
      flushing.catch(() => {});
    }
    await flushing;
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
  const stored = { digest: digester.digest(), size: digester.size };
  if (expected && expected.size !== stored.size)
    throw unexpected(expected, `${stored.size} of ${expected.size} bytes`);
  if (expected && expected.digest !== stored.digest)
    throw unexpected(expected, `digest ${shortDigest(stored.digest)}`);
  return stored;
};

const unexpected = (expected: StoredBlob, found: string): ReslimError =>
  new ReslimError('mismatch', `blob has ${found}, blob ${shortDigest(expected.digest)}`);
