import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, Digester } from '../oci/digest.ts';
import type { FindingCode } from '../api/finding.ts';

/** The stored bytes of a blob, counted and hashed on their way, whatever becomes of them. */
export interface Tally {
  readonly content: AsyncIterable<Uint8Array>;
  /** Reads what nobody has read so far, and says what is wrong with the whole. */
  finish(): Promise<readonly (readonly [code: FindingCode, message: string])[]>;
}

/**
 * Unlike `verified`, this never throws at bytes that differ: who reads `content` may stop or fail, and
 * the digest is known all the same. Reading ends soon after the declared size.
 */
export const openTally = (content: AsyncIterable<Uint8Array>, descriptor: Descriptor): Tally => {
  const { digest, size } = descriptor;
  const iterator = content[Symbol.asyncIterator]();
  const digester = new Digester(algorithmOf(digest));
  const read = async (): Promise<IteratorResult<Uint8Array, unknown>> => {
    if (digester.size > size) return { done: true, value: undefined };
    const next = await iterator.next();
    if (!next.done) digester.update(next.value);
    return next;
  };
  return {
    content: { [Symbol.asyncIterator]: () => ({ next: read }) },
    finish: async () => {
      for (let next = await read(); !next.done; next = await read());
      await iterator.return?.();
      if (digester.size > size) return [['size', `more bytes than the ${size} declared`]];
      if (digester.size < size) return [['size', `${digester.size} bytes, declared as ${size}`]];
      const found = digester.digest();
      return found === digest ? [] : [['digest', `its bytes have the digest ${found}`]];
    },
  };
};
