import type { RebasedImage, RebaseProblem, RebaseResult } from '../api/rebase.ts';
import { formatCounted, formatDuration } from './format-number.ts';
import { formatNotes } from './format-summary.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

export interface RebaseShape {
  readonly palette: Palette;
  readonly width: number;
}

/** Problems and names of each kind that are shown of an image. */
const SHOWN = 10;

/** A rebase for people: what was swapped, what the image lacks on its new base, and what to do about it. */
export const formatRebase = (result: RebaseResult, { palette, width }: RebaseShape): string[] => {
  const { source, newBase, target, images } = result;
  const { title, faint } = palette;
  const notes = formatNotes(result.notes, palette, width);
  return [
    `${title(printable((target ?? source).name))} ${faint((target ?? source).digest)}`,
    `on ${printable(newBase.name)} ${faint(newBase.digest)}`,
    ...images.flatMap((image) => formatImage(image, palette)),
    ...notes,
    ...formatVerdict(result, palette),
  ];
};

const formatImage = (image: RebasedImage, { title, faint, bad }: Palette): string[] => {
  const { platform, layers, how, settings, problems, hidden } = image;
  return [
    '',
    `${title(printable(platform))}  ${formatCounted(layers.own, 'layer')} on ${layers.new} of the new base, in place of ${layers.old} ${faint(FOUND[how])}`,
    ...shortened('of the new base now', settings),
    ...shortened('still its own, not of the new base', hidden),
    ...CHECKS.flatMap((check) => {
      const lines = problems
        .filter((each) => each.check === check)
        .map(({ where, message }) => `${where} ${message}`);
      return lines.length === 0 ? [] : [bad(`  ${check}:`), ...shortList(lines)];
    }),
  ];
};

const FOUND: Readonly<Record<RebasedImage['how'], string>> = {
  count: '(as --old says)',
  layer: '(as --old says)',
  image: '(as --old says)',
  annotation: '(by the annotations of the image)',
  history: '(by the history of the image)',
};

const CHECKS: readonly RebaseProblem['check'][] = [
  'libraries',
  'programs',
  'runtimes',
  'users',
  'packages',
];

const shortened = (title: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`  ${title}:`, ...shortList(names)];

const shortList = (lines: readonly string[]): string[] => [
  ...lines.slice(0, SHOWN).map((line) => `    ${printable(line)}`),
  ...(lines.length > SHOWN ? [`    and ${lines.length - SHOWN} more`] : []),
];

const formatVerdict = (
  { passed, images, target, durationMs }: RebaseResult,
  { good, bad, faint }: Palette,
): string[] => {
  const count = images.reduce((sum, { problems }) => sum + problems.length, 0);
  const problems = formatCounted(count, 'problem');
  if (target)
    return [
      '',
      `${passed ? good('Rebased') : bad(`Rebased, with ${problems}`)} ${faint(`in ${formatDuration(durationMs)}`)}`,
    ];
  if (passed) return ['', good('The new base has what the image needs: nothing was written')];
  return [
    '',
    bad(`The new base lacks what the image needs: ${problems}, nothing was written`),
    'Next: build the image on the new base, or write it all the same with --force.',
  ];
};
