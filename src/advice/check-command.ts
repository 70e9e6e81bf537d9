import type { ImageAnalysis } from '../api/analysis.ts';

/** What an image may grow before a limit that was taken from it is over. */
const ROOM = 1.05;
const STEP = 1_000_000;

/** The command that holds an image to its size of today, for CI: `reslim check app:1 --max-size 45MB --max-wasted 2%`. */
export const checkCommand = (
  name: string,
  { compressedSize, efficiency }: Pick<ImageAnalysis, 'compressedSize' | 'efficiency'>,
): string => {
  const size = Math.ceil((compressedSize * ROOM) / STEP);
  const wasted = Math.ceil((1 - efficiency) * 100) || 1;
  const word = /^[\w./:@+-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
  return `reslim check ${word} --max-size ${size}MB --max-wasted ${wasted}%`;
};
