import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ReslimError } from '../base/errors.ts';

/** The environment variable with the key. */
export const CACHE_KEY = 'RESLIM_CACHE_KEY';

/** Signs what a run found out, and tells it from what somebody else wrote. */
export interface CacheKey {
  /** The code of a text of bytes, in hex. */
  sign(bytes: Uint8Array): string;
  verifies(bytes: Uint8Array, code: string): boolean;
}

/** Characters: 128 random bits in hex, and no word that can be guessed. */
const LEAST = 32;

/** Makes a key of what the environment says. Throws `usage` where that is short enough to be guessed. */
export const cacheKeyOf = (secret: string): CacheKey => {
  if (secret.length < LEAST) {
    throw new ReslimError(
      'usage',
      `${CACHE_KEY} has ${secret.length} characters, fewer than ${LEAST}`,
      { hint: NEW_KEY },
    );
  }
  // The same secret may sign other things one day: each has a key of its own.
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'reslim cache artifact 1', 32));
  const code = (bytes: Uint8Array): Buffer => createHmac('sha256', key).update(bytes).digest();
  return {
    sign: (bytes) => code(bytes).toString('hex'),
    verifies: (bytes, claimed) => {
      const given = Buffer.from(claimed, 'hex');
      const expected = code(bytes);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
};

/** How a key is made. */
export const NEW_KEY: string = `make one with: openssl rand -hex 32`;
