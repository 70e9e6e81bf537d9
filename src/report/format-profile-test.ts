import type { Profile } from '../profiles/rule.ts';
import type { Finding } from '../rules/lint-profile.ts';
import type { ImageReport } from '../api/results.ts';
import { formatCounted, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What each rule of a profile takes from an image, with the largest paths. */
export const formatProfileTest = (
  { name, rules }: Profile,
  images: readonly ImageReport[],
  palette: Palette = PLAIN,
): string =>
  images
    .map(({ platform, dropped }) => {
      const blocks = rules.map(({ id, level }) => {
        const taken = dropped.filter(({ rule }) => rule === `${name}/${id}`);
        const files = taken.filter(({ type }) => type !== 'directory');
        const bytes = taken.reduce((total, each) => total + each.bytes, 0);
        const sum =
          taken.length === 0
            ? palette.warning('takes nothing')
            : `${formatCounted(files.length, 'file')}, ${formatSize(bytes)}`;
        const largest = [...files].sort((a, b) => b.bytes - a.bytes).slice(0, SHOWN);
        const rows = largest.map((each) => [formatSize(each.bytes), printable(each.path)]);
        return [
          `${palette.title(`${name}/${id}`)}  ${palette.faint(level)}  ${sum}`,
          ...formatTable(rows, ['right', 'left']).map((line) => `  ${line}`),
        ].join('\n');
      });
      return [palette.faint(printable(platform)), ...blocks].join('\n\n');
    })
    .join('\n\n');

const SHOWN = 5;

/** Problems of profiles, a line each; or that there are none. */
export const formatFindings = (
  findings: readonly Finding[],
  checked: number,
  palette: Palette = PLAIN,
): string =>
  findings.length === 0
    ? `${formatCounted(checked, 'rule')}, nothing to complain about`
    : findings
        .map(({ rule, problem }) => `${palette.warning(printable(rule))}  ${printable(problem)}`)
        .join('\n');
