import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, Digester } from '../oci/digest.ts';
import type { FindingCode } from '../api/finding.ts';

/** The stored bytes of a blob, which are counted and hashed as they are read. */
export interface Tally {
  readonly content: AsyncIterable<Uint8Array>;
  /** Reads the rest, and returns what is wrong with all of the bytes. */
  finish(): Promise<readonly (readonly [code: FindingCode, message: string])[]>;
}

/**
 * Unlike `verified`, this never throws when bytes differ: the reader of `content` may stop or fail, and the
 * digest is still known. Reading ends soon after the declared size.
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
