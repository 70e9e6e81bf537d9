// The last step of a build: reads the shipped profiles once, so that runs need not read YAML, and
// names the build by a hash of its code, so that builds do not use what others left in the cache.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { COMPILED_URL, compileShippedProfiles } from '../build/profiles/shipped-profiles.js';

const DIST = new URL('../dist/', import.meta.url);

const compiled = JSON.stringify(await compileShippedProfiles());
await writeFile(COMPILED_URL, compiled);

const hash = createHash('sha256');
const files = (await readdir(DIST, { recursive: true })).filter((name) =>
  /\.(js|wasm)$/.test(name),
);
for (const name of files.sort()) hash.update(await readFile(new URL(name, DIST)));
await writeFile(new URL('build-id', DIST), hash.update(compiled).digest('hex'));
