import { formatCounted, formatSize } from '../../../report/format-number.ts';
import { ROOT } from '../model/files.ts';
import type { State } from '../model/state.ts';

/** What would go, in a line: `Goes with level minimal: 949 MB of 986 MB (96.3 %); closed`. */
export const summarizeEffect = (state: State): string => {
  const { files, effect, level, marks } = state;
  const { contentSize } = files.image.analysis;
  const marked = marks.size === 0 ? '' : ` and ${marks.size} marked`;
  const start = `Goes with level ${level}${marked}:`;
  if (level === 'minimal' && !files.minimal) return `${start} deciding, which takes some seconds…`;
  const goes = effect.bytes[ROOT] as number;
  const percent = contentSize === 0 ? 0 : (goes / contentSize) * 100;
  const sizes = `${formatSize(goes)} of ${formatSize(contentSize)} (${percent.toFixed(1)} %)`;
  return `${start} ${sizes}${level === 'minimal' ? howSure(state) : ''}`;
};

const howSure = ({ files: { minimal } }: State): string => {
  const { use, obstacle } = minimal ?? {};
  if (!use) return obstacle === undefined ? '' : `, as lean does: ${obstacle}`;
  const open = use.open.filter(({ covered }) => !covered).length;
  return `; ${use.confidence}${open > 0 ? ` in ${formatCounted(open, 'place')}` : ''}`;
};
