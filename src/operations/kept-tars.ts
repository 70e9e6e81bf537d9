import { serialize } from 'node:v8';
import { BUILD } from '../base/version.ts';
import type { Cache } from '../cache/cache.ts';
import type { KnownTars, Tar } from '../write/known-tars.ts';
import { readKept } from './read-kept.ts';

/** What tars of new layers are, kept in the cache by this version of the program. */
export const keptTars = (cache: Cache): KnownTars => {
  const named = (key: string): string => `${BUILD} ${key}`;
  return {
    find: (key) => readKept<Tar>(cache, 'tars', named(key)),
    keep: (key, tar) => cache.put('tars', named(key), serialize(tar)),
  };
};
