import { createHash, type Hash } from 'node:crypto';
import { ReslimError } from '../base/errors.ts';

/**
 * `algorithm:hex` of the bytes as stored.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export type Digest = `${Algorithm}:${string}`;

/** The registered algorithms; others are refused since nothing could be verified. */
export type Algorithm = 'sha256' | 'sha512';

const HEX_LENGTH: Record<Algorithm, number> = { sha256: 64, sha512: 128 };
const SHAPE = /^(sha256|sha512):([0-9a-f]+)$/;

/** Checks a string from outside. The result is safe as a file name: `algorithm` and hex only. */
export const parseDigest = (text: unknown, where: string): Digest => {
  const match = typeof text === 'string' ? SHAPE.exec(text) : null;
  if (!match || match[2]?.length !== HEX_LENGTH[match[1] as Algorithm]) {
    throw new ReslimError('invalid-image', `not a digest: ${quote(text)}, ${where}`, {
      hint: 'reslim supports sha256 and sha512 digests in lower-case hex',
    });
  }
  return text as Digest;
};

export const isDigest = (text: string): text is Digest => {
  const match = SHAPE.exec(text);
  return match !== null && match[2]?.length === HEX_LENGTH[match[1] as Algorithm];
};

export const algorithmOf = (digest: Digest): Algorithm =>
  digest.slice(0, digest.indexOf(':')) as Algorithm;

export const hexOf = (digest: Digest): string => digest.slice(digest.indexOf(':') + 1);

/** The digest of bytes in memory. */
export const digestOf = (bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Digest =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

/** Hashes and counts bytes as they come: `digest` may be called once, at the end. */
export class Digester {
  readonly algorithm: Algorithm;
  size = 0;
  readonly #hash: Hash;

  constructor(algorithm: Algorithm = 'sha256') {
    this.algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.size += bytes.length;
    this.#hash.update(bytes);
  }

  digest(): Digest {
    return `${this.algorithm}:${this.#hash.digest('hex')}`;
  }
}

/** Shows a foreign value in an error: short, on one line, without control characters. */
export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
