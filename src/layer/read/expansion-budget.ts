import { limitError, TOTAL_RATIO_FLOOR, type Limits } from '../../base/limits.ts';
import type { Digest } from '../../oci/digest.ts';

/** Compares the decompressed size of all layers of a run with their stored size. */
export interface ExpansionBudget {
  /** Begins to count a layer. The stored size of a blob counts once, however often it is named. */
  open(digest: Digest): LayerExpansion;
}

/** Counts the bytes of one layer. */
export interface LayerExpansion {
  readonly addStored: (count: number) => void;
  /** Throws `limit` when all layers together decompress to too much. */
  readonly addUnpacked: (count: number, where: string) => void;
}

/**
 * Each layer has a limit of its own, which small layers are exempt from; a thousand of them could still fill a
 * disk. So there is a limit for all layers of a run together, too.
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
