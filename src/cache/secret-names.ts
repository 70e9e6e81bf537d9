import { createCipheriv, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The size of a key of AES-256, in bytes. */
const SIZE = 32;

/**
 * The secret that names depend on: made by the first run, and the same for all runs with this folder.
 * `partial` is the path where a new secret is written before other runs can see it.
 */
export const secretOf = (folder: string, partial: string): Buffer => {
  const path = join(folder, 'secret');
  const known = readSecret(path);
  if (known) return known;
  writeFileSync(partial, randomBytes(SIZE), { mode: 0o600, flag: 'wx' });
  try {
    // Unlike a rename, a link does not replace the secret of another run that was faster.
    linkSync(partial, path);
    rmSync(partial);
  } catch {
    if (readSecret(path)) rmSync(partial);
    else renameSync(partial, path);
  }
  const made = readSecret(path);
  if (!made) throw new Error(`${path} cannot be read`);
  return made;
};

const readSecret = (path: string): Buffer | undefined => {
  try {
    const bytes = readFileSync(path);
    return bytes.length === SIZE ? bytes : undefined;
  } catch {
    return undefined;
  }
};

/** Names contents by a secret of this process alone. */
export const openSecretNames = (): ((contents: Uint8Array) => string) => {
  const secret = randomBytes(SIZE);
  return (contents) => secretName(secret, contents);
};

const NONCE = Buffer.alloc(12);

/**
 * Names contents by their GMAC: without the secret it is as hard as with a digest to make contents that share a
 * name, at four times the speed. With one nonce for all it would not do as a signature, but names stay private.
 * @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
 */
export const secretName = (secret: Buffer, contents: Uint8Array): string => {
  const gmac = createCipheriv('aes-256-gcm', secret, NONCE).setAAD(contents);
  gmac.final();
  return `${contents.length}-${gmac.getAuthTag().toString('hex')}`;
};
