import { ReslimError } from '../base/errors.ts';
import { limitError } from '../base/limits.ts';
import { shortDigest, type Descriptor } from './descriptor.ts';
import { algorithmOf, Digester } from './digest.ts';

/**
 * Passes a blob's bytes through and rejects with `mismatch` unless they are exactly those the descriptor
 * names. It rejects as soon as there are more bytes than declared. The bytes are not verified before the
 * stream has ended.
 */
export async function* verified(
  content: AsyncIterable<Uint8Array>,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const digester = new Digester(algorithmOf(descriptor.digest));
  for await (const chunk of content) {
    digester.update(chunk);
    if (digester.size > descriptor.size) {
      throw new ReslimError(
        'mismatch',
        `more bytes than the ${descriptor.size} declared, blob ${shortDigest(descriptor.digest)}`,
        { origin: 'source' },
      );
    }
    yield chunk;
  }
  if (digester.size < descriptor.size) {
    throw new ReslimError(
      'mismatch',
      `only ${digester.size} of ${descriptor.size} bytes, blob ${shortDigest(descriptor.digest)}`,
      { origin: 'source' },
    );
  }
  const digest = digester.digest();
  if (digest !== descriptor.digest) {
    throw new ReslimError(
      'mismatch',
      `bytes have digest ${shortDigest(digest)}, blob ${shortDigest(descriptor.digest)}`,
      { hint: 'the image is damaged: fetch or build it again', origin: 'source' },
    );
  }
}

/** Reads a whole small blob, verified. A descriptor of more than `limit` bytes is refused with `limit`. */
export const readVerified = async (
  content: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  limit: number,
): Promise<Uint8Array> => {
  if (descriptor.size > limit) {
    const what = `document of ${descriptor.size} bytes is over ${limit}`;
    throw limitError('documentSize', what, `blob ${shortDigest(descriptor.digest)}`);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of verified(content, descriptor)) chunks.push(chunk);
  return Buffer.concat(chunks);
};
