import type { FileChange, ImageDiff, SizeChange } from '../../api/diff.ts';
import { formatChange, formatSize } from '../format-number.ts';
import { firstRows, left, foreign, right, type Section } from './section.ts';
import { describeChanges, formatGrowth, isTimeOnly, SIGNS } from './words.ts';

/** Where bytes changed: `Folders:`, `Categories:`. */
export const sizesOfNames = (
  title: string,
  changes: readonly SizeChange[],
  top: number,
): Section => ({
  title,
  columns: [foreign(), right('before'), right('after'), right(), right()],
  ...firstRows(changes, top, ({ name, bytesBefore, bytesAfter }) => [
    name,
    formatSize(bytesBefore),
    formatSize(bytesAfter),
    formatGrowth(bytesBefore, bytesAfter),
    formatChange(bytesBefore, bytesAfter),
  ]),
});

/** The largest files that differ; folders only where more than their time does. */
export const filesSection = ({ files }: ImageDiff, top: number): Section => {
  const listed = files.filter(isListed).sort(byWeight);
  return {
    title: 'Files:',
    columns: [left(), right(), foreign(), foreign()],
    ...firstRows(listed, top, (file) => [
      SIGNS[file.kind],
      file.kind === 'metadata' ? '' : formatGrowth(file.bytesBefore, file.bytesAfter),
      file.path,
      [describeChanges(file.changes), file.package ?? ''].filter((part) => part !== '').join('; '),
    ]),
  };
};

const isListed = (file: FileChange): boolean =>
  !isTimeOnly(file) && !(file.type === 'directory' && file.changes === undefined);

/** What is stored anew or gone, the most first; then those with other metadata. */
const byWeight = (a: FileChange, b: FileChange): number => weightOf(b) - weightOf(a);

const weightOf = ({ kind, bytesBefore, bytesAfter }: FileChange): number =>
  kind === 'metadata' ? -1 : Math.max(bytesBefore, bytesAfter);
