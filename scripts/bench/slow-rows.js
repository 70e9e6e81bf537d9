// Rows between two registries behind slow ports, where the network decides.
import { RESLIM } from './preparations.js';
import { readsOf } from './reslim-rows.js';

/** `words` makes a command of two names. */
const betweenSlow = (name, words, { needs = [], isPeer = false } = {}) => ({
  name,
  needs: ['docker-registry', ...needs],
  isPeer,
  steps: async ({ prepared, round }) => {
    const { image, named, takeRequests } = await prepared.slowRegistries();
    await takeRequests();
    return [words(image, named(`${name.replaceAll(/\W+/g, '-')}-${round}:1`.toLowerCase()))];
  },
  result: async ({ prepared }) => readsOf(await prepared.slowRegistries()),
});

/** A row that runs reslim. */
export const slowly = (name, flags) =>
  betweenSlow(name, (image, target) => [
    process.execPath,
    RESLIM,
    image,
    ...['-o', target, '-q', '--no-cache'],
    ...flags,
  ]);

/** Copies as it is, blob by blob: what a program could do at best that need not look at anything first. */
export const craneSlowly = betweenSlow(
  'crane copy',
  (image, target) => [
    ...['crane', 'copy', '--insecure'],
    ...[image, target].map((name) => name.replace('docker://', '')),
  ],
  { needs: ['crane'], isPeer: true },
);
