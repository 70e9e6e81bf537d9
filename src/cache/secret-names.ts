import { createCipheriv, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes: a key of AES-256. */
const SIZE = 32;

/**
 * The secret that names depend on: made by the first run, the same for all that use the folder.
 * `partial` is where a new one is written before others may see it.
 */
export const secretOf = (folder: string, partial: string): Buffer => {
  const path = join(folder, 'secret');
  const known = readSecret(path);
  if (known) return known;
  writeFileSync(partial, randomBytes(SIZE), { mode: 0o600, flag: 'wx' });
  try {
    // Unlike a rename, a link leaves that of a run which was faster.
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

const NONCE = Buffer.alloc(12);

/**
 * Names contents by their GMAC: as hard to share for others as a digest while the secret is one, at four times the
 * speed. With one nonce for all it is no signature, but names are shown to nobody.
 * @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
 */
export const secretName = (secret: Buffer, contents: Uint8Array): string => {
  const gmac = createCipheriv('aes-256-gcm', secret, NONCE).setAAD(contents);
  gmac.final();
  return `${contents.length}-${gmac.getAuthTag().toString('hex')}`;
};
