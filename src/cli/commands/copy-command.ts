import type { CopyOptions, CopyResult } from '../../index.ts';
import { formatDuration } from '../../report/format-number.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { limitOptions, type LimitFlags } from '../settings/limit-options.ts';
import { networkOptions, type NetworkFlags } from '../settings/network-options.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { writeLines } from '../display/output.ts';
import { progressFor, type ProgressFlags } from '../display/progress.ts';

/** The options of `reslim copy`. */
export interface CopyFlags extends NetworkFlags, LimitFlags, ProgressFlags {
  readonly platform?: string | undefined;
  readonly referrers?: true | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly compressionLevel?: number | undefined;
  readonly json?: true | undefined;
}

/** `reslim copy`: copies, then tells on stdout (on stderr when the archive goes to stdout). */
export const copyCommand = async (
  [source, target]: readonly [string, string],
  flags: CopyFlags,
  signal: AbortSignal,
): Promise<void> => {
  checkPipes({ source, target, json: flags.json });
  const progress = progressFor(flags, signal);
  const result = await runCopy([source, target], flags, {
    onEvent: progress.onEvent,
    signal,
  }).finally(progress.close);
  const { durationMs, ...document } = result;
  if (flags.json) {
    const rounded = { ...document, durationMs: Math.round(durationMs) };
    await writeLines(process.stdout, jsonLines(rounded));
  } else if (!flags.quiet) {
    const stream = isPipe(target) ? process.stderr : process.stdout;
    await writeLines(stream, [`${describe(result, stream)}\n`]);
  }
};

const runCopy = async (
  [source, target]: readonly [string, string],
  flags: CopyFlags,
  rest: Pick<CopyOptions, 'onEvent' | 'signal'>,
): Promise<CopyResult> => {
  const { copy } = await import('../../index.ts');
  const { platform, referrers, compression, compressionLevel } = flags;
  const network = networkOptions(flags);
  return copy({
    source,
    target,
    platform,
    referrers,
    compression,
    compressionLevel,
    limits: limitOptions(flags),
    network,
    ...rest,
  });
};

const describe = (result: CopyResult, stream: NodeJS.WriteStream): string => {
  const { title, faint, warning } = createPalette(wantsColour(stream, process.env));
  const { source, target, changed, referrers, notes, durationMs } = result;
  const extras = [
    ...(changed ? ['compressed anew'] : []),
    ...(referrers > 0 ? [`${referrers} referrer${referrers === 1 ? '' : 's'}`] : []),
  ];
  return [
    `${title(printable(target.name))} ${faint(target.digest)}`,
    ...notes.map((note) => `${warning('note:')} ${printable(note)}`),
    `Copied from ${printable(source.name)}${extras.map((extra) => `, ${extra}`).join('')} ${faint(`in ${formatDuration(durationMs)}`)}`,
  ].join('\n');
};
