import type { DiffOptions } from '../api/options.ts';
import { DIFF_PARTS, type DiffPart } from '../api/vocabulary.ts';
import { ReslimError } from '../base/errors.ts';

/** Kinds of changed files. */
const FILES: ReadonlySet<DiffPart> = new Set(['added', 'removed', 'changed', 'metadata']);

/** How an image is built and stored, which no container notices. */
const MAKING: ReadonlySet<DiffPart> = new Set(['history', 'layers']);

/** What is compared, in the order of `DIFF_PARTS`. Throws `usage` for other words, and where nothing would be. */
export const diffParts = ({ parts = [], semantic, paths = [] }: DiffOptions): DiffPart[] => {
  const unknown = parts.find((part) => !DIFF_PARTS.includes(part));
  if (unknown !== undefined)
    throw new ReslimError('usage', `nothing to compare is called ${JSON.stringify(unknown)}`, {
      hint: `choose from: ${DIFF_PARTS.join(', ')}`,
    });
  const compared = DIFF_PARTS.filter(
    (part) =>
      (parts.length === 0 || parts.includes(part)) &&
      (paths.length === 0 || FILES.has(part)) &&
      !(semantic && MAKING.has(part)),
  );
  if (compared.length === 0)
    throw new ReslimError('usage', `nothing is left to compare of ${parts.join(', ')}`, {
      hint: 'a semantic comparison leaves out history and layers, and paths leave out all but files',
    });
  return compared;
};

/** Whether layers must be read for a comparison. */
export const readsLayers = (parts: readonly DiffPart[]): boolean =>
  parts.some((part) => part === 'packages' || FILES.has(part));
