import type { AttributeChange, FileChange, ImageDiff } from '../../api/diff.ts';
import { formatCounted, formatSize } from '../format-number.ts';

/** By what lists mark what is new, gone or another one. */
export const SIGNS = {
  added: '+',
  removed: '-',
  changed: '~',
  metadata: '~',
  upgraded: '~',
  downgraded: '~',
  resized: '~',
  reordered: '~',
  recompressed: '~',
  moved: '~',
} as const;

/** A difference with its sign: `+1.20 MB`, `-212 MB`, `0 B`. */
export const formatGrowth = (before: number, after: number): string =>
  `${after > before ? '+' : ''}${formatSize(after - before)}`;

/** What differs in a file: `content, mode 0755 → 4755`. */
export const describeChanges = (changes: readonly AttributeChange[] = []): string =>
  changes.map(describeChange).join(', ');

const describeChange = ({ what, name, before, after }: AttributeChange): string => {
  if (what === 'content') return 'contents';
  if (what === 'links') return 'linked in another way';
  if (what === 'attribute') return `attribute ${name}`;
  if (what === 'time') return 'time';
  return `${what} ${before} → ${after}`;
};

/** Whether a file is another one for its time alone: such are counted, not listed. */
export const isTimeOnly = ({ changes = [] }: FileChange): boolean =>
  changes.length > 0 && changes.every(({ what }) => what === 'time');

/** `170 MB in 1 of 1 layer`, and for whom it is more. */
export const describeDownload = ({ download, after }: ImageDiff): string => {
  const { layers, bytes } = download[download.best];
  const amount = `${formatSize(bytes)} in ${layers} of ${formatCounted(after.layers, 'layer')}`;
  const chain = download.byChain.bytes;
  return chain > bytes ? `${amount}; with Docker's own image store ${formatSize(chain)}` : amount;
};
