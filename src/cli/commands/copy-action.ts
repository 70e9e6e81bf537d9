import { copy, type CopyOptions, type CopyResult } from '../../index.ts';
import { COPY_OPTIONS, type CopyFlags } from '../../options/copy-options.ts';
import { formatEdits } from '../../report/format-edits.ts';
import { formatDuration } from '../../report/format-number.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { formatNotes } from '../../report/format-summary.ts';
import { withRuntime } from '../with-runtime.ts';
import type { Call } from '../command.ts';

/** `reslim copy`: copies, then reports on stdout (on stderr when the archive goes to stdout). */
export const runCopy = async ({
  operands: { source, target },
  flags,
  signal,
}: Call<{ readonly source: string; readonly target: string }, CopyFlags>): Promise<void> => {
  checkPipes({ source, targets: [target], onStdout: flags.json ? ['--json'] : [] });
  const options = libraryOptions<CopyOptions>(COPY_OPTIONS, flags);
  const result = await withRuntime({ ...flags, noCache: true }, signal, (run) =>
    copy({ ...options, source, target, ...run }),
  );
  const { durationMs, ...document } = result;
  if (flags.json) {
    const rounded = { ...document, durationMs: Math.round(durationMs) };
    await writeLines(process.stdout, jsonLines(rounded));
  } else if (!flags.quiet) {
    const stream = isPipe(target) ? process.stderr : process.stdout;
    await writeLines(stream, [`${describe(result, flags, stream)}\n`]);
  }
};

const describe = (
  result: CopyResult,
  { platform = [], compression, compressionLevel }: CopyFlags,
  stream: NodeJS.WriteStream,
): string => {
  const palette = createPalette(wantsColour(stream, process.env));
  const { title, faint } = palette;
  const { source, target, changed, referrers, edits, notes, durationMs } = result;
  const isPart = changed && platform.length > 1;
  const isEdited = changed && edits.length > 0;
  const isAnew =
    changed && ((!isPart && !isEdited) || (compression ?? compressionLevel) !== undefined);
  const extras = [
    ...(isPart ? [`only ${platform.map(printable).join(' and ')}`] : []),
    ...(isEdited ? ['edited'] : []),
    ...(isAnew ? ['compressed anew'] : []),
    ...(referrers > 0 ? [`${referrers} referrer${referrers === 1 ? '' : 's'}`] : []),
  ];
  return [
    `${title(printable(target.name))} ${faint(target.digest)}`,
    ...(isEdited ? formatEdits(edits, palette) : []),
    ...formatNotes(notes, palette, columnsOf(stream)),
    `Copied from ${printable(source.name)}${extras.map((extra) => `, ${extra}`).join('')} ${faint(`in ${formatDuration(durationMs)}`)}`,
  ].join('\n');
};
