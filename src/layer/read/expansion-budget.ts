import { limitError, TOTAL_RATIO_FLOOR, type Limits } from '../../base/limits.ts';
import type { Digest } from '../../oci/digest.ts';

/** What the layers of a run come to when they are unpacked, against what is stored of them. */
export interface ExpansionBudget {
  /** Begins with a blob. What is stored once and named often counts as stored once. */
  open(digest: Digest): LayerExpansion;
}

/** Counts of bytes, as they come. */
export interface LayerExpansion {
  readonly addStored: (count: number) => void;
  /** Throws `limit` when the layers together come to too much. */
  readonly addUnpacked: (count: number, where: string) => void;
}

/**
 * Each layer has a bound of its own, but a thousand small ones below its floor would fill a disk: bombs
 * are judged by all layers of a run together, too.
 */
export const openExpansionBudget = ({
  expansionRatio,
}: Pick<Limits, 'expansionRatio'>): ExpansionBudget => {
  const known = new Set<Digest>();
  let stored = 0;
  let unpacked = 0;
  return {
    open: (digest) => {
      const isNew = !known.has(digest);
      known.add(digest);
      return {
        addStored: (count) => {
          if (isNew) stored += count;
        },
        addUnpacked: (count, where) => {
          unpacked += count;
          if (unpacked <= TOTAL_RATIO_FLOOR || unpacked <= stored * expansionRatio) return;
          const what = `the layers together decompress to more than ${expansionRatio} times their size`;
          throw limitError('expansionRatio', what, where);
        },
      };
    },
  };
};
