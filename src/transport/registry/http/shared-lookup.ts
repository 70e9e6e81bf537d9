import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Looks a host name up, once for all who ask while the answer is outstanding. A lookup cannot be cancelled:
 * where no name server answers, one for each try would occupy the threads that files are read with.
 */
export const sharedLookup: LookupFunction = (hostname, options, done) => {
  const key = JSON.stringify([hostname, options.family, options.hints, options.all]);
  const found = underWay.get(key) ?? lookUp(hostname, options, key);
  found.then(
    (addresses) => {
      const [first] = addresses;
      if (options.all) done(null, addresses);
      else done(null, first?.address ?? '', first?.family);
    },
    (error: NodeJS.ErrnoException) => done(error, '', undefined),
  );
};

const underWay = new Map<string, Promise<LookupAddress[]>>();

const lookUp = (
  hostname: string,
  options: LookupOptions,
  key: string,
): Promise<LookupAddress[]> => {
  const found = new Promise<LookupAddress[]>((resolve, reject) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      underWay.delete(key);
      if (error) reject(error);
      else resolve(addresses);
    });
  });
  underWay.set(key, found);
  return found;
};
