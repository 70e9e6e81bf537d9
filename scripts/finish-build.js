// The last step of a build: reads the shipped profiles and families once, so that runs need not read YAML, and
// names the build by a hash of its code, so that builds do not use what others left in the cache.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { SHIPPED_FAMILIES } from '../build/profiles/shipped-families.js';
import { SHIPPED_PROFILES } from '../build/profiles/shipped-profiles.js';

const DIST = new URL('../dist/', import.meta.url);

const hash = createHash('sha256');
for (const { url, compile } of [SHIPPED_PROFILES, SHIPPED_FAMILIES]) {
  const compiled = JSON.stringify(await compile());
  await writeFile(url, compiled);
  hash.update(compiled);
}

const files = (await readdir(DIST, { recursive: true })).filter((name) =>
  /\.(js|wasm)$/.test(name),
);
for (const name of files.sort()) hash.update(await readFile(new URL(name, DIST)));
await writeFile(new URL('build-id', DIST), hash.digest('hex'));
