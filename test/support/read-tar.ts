import type { Entry } from '../../src/layer/entry.ts';
import { TarReader } from '../../src/layer/tar/reader.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/base/limits.ts';

export interface ReadTarOptions {
  /** Bytes of one push; all at once by default. */
  readonly chunk?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Indexes a whole tar. */
export const readTar = (
  tar: Buffer,
  { chunk = tar.length, limits }: ReadTarOptions = {},
): Entry[] => {
  const entries: Entry[] = [];
  const reader = new TarReader({
    layer: 0,
    where: 'layer 0',
    limits: { ...DEFAULT_LIMITS, ...limits },
    onEntry: (entry) => entries.push(entry),
  });
  for (let at = 0; at < tar.length; at += chunk) reader.push(tar.subarray(at, at + chunk));
  reader.finish();
  return entries;
};
