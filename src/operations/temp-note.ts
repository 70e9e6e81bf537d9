import type { TempUse } from '../image/open-layers.ts';

/** Less is there on every machine. Bytes. */
const MUCH = 1e9;

/** Says what a run takes of the temp folder, where that is much, or more than half of what is free; else `undefined`. */
export const tempNote = ({ size, free }: TempUse): string | undefined => {
  if (size < MUCH && (free === undefined || size <= free / 2)) return undefined;
  const left = free === undefined ? '' : `, of ${gigabytes(free)} that are free`;
  return `a run decompresses layers to ${gigabytes(size)} in the temp folder${left}; TMPDIR sets another`;
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
