import type { TraceResult } from '../api/trace.ts';
import { formatCounted } from './format-number.ts';
import { formatNotes } from './format-summary.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What was traced, for people, and what to do with it. */
export const formatTrace = (
  { source, platform, engine, output, runs, files, notes }: TraceResult,
  palette: Palette,
): string[] => {
  const { title, faint } = palette;
  return [
    `${title(printable(source.name))}  ${faint(`${printable(platform)} ${source.digest}`)}`,
    ...runs.map(({ kind, subject, answer }) => printable(`  ${kind} ${subject}: ${answer}`)),
    `${title(printable(output))}  ${formatCounted(files, 'path')}, recorded in ${NAMES[engine]}`,
    ...formatNotes(notes, palette),
    faint(`Next: reslim SOURCE -o TARGET --level minimal --trace ${printable(output)}`),
  ];
};

const NAMES: Readonly<Record<TraceResult['engine'], string>> = {
  docker: 'Docker',
  podman: 'Podman',
};
