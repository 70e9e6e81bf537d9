import type { Advice, AdvisedImage, AdviceEdit } from '../../api/advice.ts';
import { formatCounted, formatSize } from '../format-number.ts';

/** `212 MB`, `about 30 MB`; empty where it is not about bytes. */
export const sizeWords = ({ bytes, isEstimate }: Pick<Advice, 'bytes' | 'isEstimate'>): string =>
  bytes === 0 ? '' : `${isEstimate ? 'about ' : ''}${formatSize(bytes)}`;

/** `Dockerfile:6-8`, or `layer 4` where no line is known. */
export const placeWords = (
  { place }: Pick<Advice, 'place'>,
  { dockerfile }: Pick<AdvisedImage, 'dockerfile'>,
): string => {
  if (!place) return '';
  const { line, endLine = line, layer } = place;
  if (line !== undefined && dockerfile)
    return `${dockerfile.name}:${lineRange(line, endLine as number)}`;
  return layer === undefined ? '' : `layer ${layer}`;
};

const lineRange = (from: number, to: number): string => (from === to ? `${from}` : `${from}-${to}`);

/** `instead of lines 6-8`, `delete line 30`. */
export const editWords = ({ line, endLine = line, after }: AdviceEdit): string => {
  const what = after === '' ? 'delete' : 'write instead';
  if (line === undefined) return what;
  const lines = `${line === endLine ? 'line' : 'lines'} ${lineRange(line, endLine as number)}`;
  return after === '' ? `delete ${lines}` : `instead of ${lines}`;
};

/** What a slim does about it, so that nobody waits for the next build. */
export const removedWords = ({ removedBy }: Pick<Advice, 'removedBy'>): string =>
  removedBy === undefined
    ? ''
    : `reslim removes this today at --level ${removedBy}; with this change it is not built at all.`;

/** What there is to gain in all. */
export const totalWords = ({ advice, saving, unpackedSize }: AdvisedImage): string =>
  advice.length === 0
    ? 'Nothing to change.'
    : `${formatCounted(advice.length, 'thing')} to change: ${formatSize(saving)} of ${formatSize(unpackedSize)} unpacked.`;
