import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import { shortDigest } from '../../oci/descriptor.ts';
import { algorithmOf, Digester } from '../../oci/digest.ts';
import type { PutOptions, StoredBlob } from '../../oci/store.ts';
import { asIoError } from '../../base/io-error.ts';
import type { Spool } from './spool.ts';

/**
 * Writes content to a spool and resolves with its digest and size. Content that is not `expected` fails the
 * spool, and with it the upload that reads from there.
 */
export const fillSpool = async (
  spool: Spool,
  content: AsyncIterable<Uint8Array>,
  { expected, signal, release }: PutOptions,
): Promise<StoredBlob> => {
  try {
    const digester = new Digester(expected && algorithmOf(expected.digest));
    for await (const chunk of content) {
      throwIfAborted(signal);
      // The upload failed: the rest is not needed.
      if (spool.failure !== undefined) throw spool.failure;
      digester.update(chunk);
      if (expected && digester.size > expected.size) throw mismatch(digester.size, expected);
      const isKept = await spool.write(chunk).catch((error: unknown) => {
        throw asIoError(error, 'temp folder');
      });
      if (!isKept) release?.(chunk);
    }
    const stored = { digest: digester.digest(), size: digester.size };
    if (expected && (stored.digest !== expected.digest || stored.size !== expected.size)) {
      throw mismatch(stored.size, expected);
    }
    spool.end();
    return stored;
  } catch (error) {
    spool.fail(error);
    throw error;
  }
};

const mismatch = (size: number, expected: StoredBlob): ReslimError =>
  new ReslimError(
    'mismatch',
    `content of ${size} bytes is not that of blob ${shortDigest(expected.digest)} of ${expected.size} bytes`,
  );
