import { serialize } from 'node:v8';
import { BUILD } from '../base/version.ts';
import type { Image } from '../oci/image.ts';
import { readKept } from './read-kept.ts';
import type { Session } from './session.ts';

/** What is found out about an image, kept in the cache for later runs, where there is one. */
export interface KeptFinding<Value> {
  /** `undefined` where nothing is kept. */
  readonly find: () => Promise<Value | undefined>;
  readonly keep: (value: Value) => Promise<void>;
}

/** `what` tells findings about one image apart. */
export const keptFinding = <Value>(
  what: string,
  image: Image,
  { cache, limits }: Pick<Session, 'cache' | 'limits'>,
): KeptFinding<Value> => {
  const key = JSON.stringify([what, image.document.descriptor.digest, BUILD, limits]);
  return {
    find: async () => cache && readKept<Value>(cache, 'analyses', key),
    keep: async (value) => cache?.put('analyses', key, serialize(value)),
  };
};
