import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { decodeIndex, encodeIndex } from '../layer/read/layer-index.ts';
import type { KnownIndex } from '../layer/read/layer-knowledge.ts';
import { MAX_INDEX } from './artifact-type.ts';

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);

/** An index as it is stored in a cache; `undefined` where no run would read it back. */
export const packIndex = async (index: KnownIndex): Promise<Buffer | undefined> => {
  const bytes = encodeIndex({ ...index, stamp: '' });
  return bytes.length > MAX_INDEX ? undefined : gzip(bytes);
};

/** Rejects for bytes that are none, and for too many of them. */
export const unpackIndex = async (bytes: Uint8Array, position: number): Promise<KnownIndex> =>
  decodeIndex(await gunzip(bytes, { maxOutputLength: MAX_INDEX }), position);
