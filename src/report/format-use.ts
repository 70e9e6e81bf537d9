import type { ImageReport, OpenUse, UseReport } from '../api/results.ts';
import { formatCounted } from './format-number.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** How sure it is that nothing is missing, and what could not be told. Nothing at other levels than `minimal`. */
export const formatUse = (images: readonly ImageReport[], palette: Palette): string[] =>
  images.flatMap(({ platform, use }) =>
    use ? formatOne(use, images.length > 1 ? ` ${printable(platform)}` : '', palette) : [],
  );

const formatOne = (
  { confidence, open }: UseReport,
  platform: string,
  { title, faint, warning }: Palette,
): string[] => {
  const line = `${title('confidence')}${platform}  ${confidence}: ${MEANINGS[confidence]}`;
  if (confidence !== 'open') return [line];
  const untold = open.filter(({ covered }) => !covered);
  const more = untold.length - MOST_SHOWN;
  return [
    `${title('confidence')}${platform}  ${warning(confidence)}: ${MEANINGS[confidence]}`,
    ...untold.slice(0, MOST_SHOWN).map((use) => `  ${formatOpen(use)}`),
    ...(more > 0 ? [faint(`  and ${formatCounted(more, 'other')}: --report FILE`)] : []),
  ];
};

const MEANINGS: Readonly<Record<UseReport['confidence'], string>> = {
  closed: 'all that the image uses could be told',
  covered: 'some of what it uses is named only while it runs, and all that it could name stays',
  open: 'some of what it may use could not be told',
};

const MOST_SHOWN = 5;

const formatOpen = ({ place, kind, word }: OpenUse): string =>
  printable(`${place} ${kind} ${word === '' ? '…' : word}`);
