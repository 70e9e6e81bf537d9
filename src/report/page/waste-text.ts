import type { WastedFile } from '../../api/analysis.ts';

/** Why a file is wasted, as a sentence. */
export const wasteText = ({
  reason,
  by,
  changes = [],
  copyOf = '',
}: Omit<WastedFile, 'path' | 'size' | 'layer'>): string => {
  if (reason === 'copies') return `the same contents as ${copyOf}`;
  if (reason === 'deleted') return `deleted in layer ${by}, and still downloaded`;
  if (reason === 'overwritten') return `replaced in layer ${by}, and still downloaded`;
  const what = changes.length === 0 ? 'nothing' : `only its ${changes.join(' and ')}`;
  return `stored again in layer ${by}, where ${what} changed`;
};
