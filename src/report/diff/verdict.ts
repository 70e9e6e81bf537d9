import type { DiffResult, ImageDiff } from '../../api/diff.ts';
import { formatCounted } from '../format-number.ts';

/** What a comparison found, in one line: `12 files removed, 3 packages, config`. */
export const describeVerdict = (result: DiffResult): string => {
  if (!result.same) return `Different: ${listDifferences(result).join(', ')}`;
  if (result.images.every(({ before, after }) => before.digest === after.digest))
    return 'The same image';
  return result.semantic
    ? 'Nothing differs that a container would notice'
    : 'Nothing differs of what was compared';
};

const listDifferences = ({ images, onlyBefore, onlyAfter, index }: DiffResult): string[] => {
  const unpaired = onlyBefore.length + onlyAfter.length;
  const found = [
    ...images.flatMap(differencesOf),
    ...(unpaired > 0 ? [`${formatCounted(unpaired, 'platform')} on one side only`] : []),
    ...(index.length > 0 ? ['the index'] : []),
  ];
  // Several platforms mostly differ in the same way.
  return found.length > 0 ? [...new Set(found)] : ['only how documents are written'];
};

const differencesOf = ({ totals, packages, config, history, layers }: ImageDiff): string[] => [
  ...totals.flatMap(({ kind, files, folders }) => {
    const count = files + folders;
    if (count === 0) return [];
    const words = formatCounted(count, 'path');
    return [kind === 'metadata' ? `${words} with other metadata` : `${words} ${kind}`];
  }),
  ...(packages.length > 0 ? [formatCounted(packages.length, 'package')] : []),
  ...(config.length > 0 ? [formatCounted(config.length, 'setting')] : []),
  ...(history.length > 0 ? ['history'] : []),
  ...(layers.length > 0 ? ['layers'] : []),
];
