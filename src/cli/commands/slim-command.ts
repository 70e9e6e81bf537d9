import { ReslimError } from '../../base/errors.ts';
import type { SlimResult } from '../../index.ts';
import { formatDryRun } from '../../report/format-dry-run.ts';
import { formatExplanations } from '../../report/format-explanations.ts';
import { formatSummary } from '../../report/format-summary.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { reportDocument } from '../../report/report-document.ts';
import { VERSION } from '../../base/version.ts';
import { writeLines } from '../display/output.ts';
import type { Flags } from '../program.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { progressFor, type Progress } from '../display/progress.ts';
import { isDryRun, slimOptions } from '../settings/slim-options.ts';
import { checkReportPlace, writeReport } from '../display/write-report.ts';

/** The main command: slims, then tells on stdout (on stderr when the archive goes to stdout). */
export const slimCommand = async (
  source: string,
  flags: Flags,
  signal: AbortSignal,
): Promise<void> => {
  checkFlags(source, flags);
  if (flags.report !== undefined) await checkReportPlace(flags.report);
  const progress = progressFor(flags, signal);
  const result = await runSlim(source, flags, progress, signal).finally(progress.close);

  const document = reportDocument(result, VERSION);
  if (flags.report !== undefined) await writeReport(flags.report, jsonLines(document));
  if (flags.json) {
    await writeLines(
      process.stdout,
      jsonLines({ ...document, durationMs: Math.round(result.durationMs) }),
    );
  } else if (!flags.quiet) {
    const stream = isPipe(flags.output) ? process.stderr : process.stdout;
    await writeLines(stream, [`${describe(result, flags, stream)}\n`]);
  }
};

/** The pipeline is loaded here and not before: `--help` should not wait for it. */
const runSlim = async (
  source: string,
  flags: Flags,
  { onEvent }: Progress,
  signal: AbortSignal,
): Promise<SlimResult> => {
  const { cacheFolder, slim } = await import('../../index.ts');
  const { readSettingsFile } = await import('../settings/settings-file.ts');
  const settings = await readSettingsFile(process.cwd());
  const cache = usesCache(flags) ? { folder: cacheFolder() } : undefined;
  return slim({ ...slimOptions(source, flags, settings), cache, onEvent, signal });
};

const usesCache = ({ cache }: Flags): boolean =>
  cache && (process.env['RESLIM_NO_CACHE'] ?? '') === '';

/** Refuses what cannot work before anything is read. */
const checkFlags = (source: string, flags: Flags): void => {
  if (flags.output === undefined && !isDryRun(flags)) {
    throw new ReslimError('usage', 'no target is named', {
      hint: 'add -o TARGET, or --dry-run to see what would go',
    });
  }
  if (flags.maxSize !== undefined && isDryRun(flags)) {
    throw new ReslimError('usage', '--max-size needs the result, which --dry-run does not make');
  }
  checkPipes({ source, target: isDryRun(flags) ? undefined : flags.output, json: flags.json });
};

const describe = (result: SlimResult, flags: Flags, stream: NodeJS.WriteStream): string => {
  const palette = createPalette(wantsColour(stream, process.env));
  const explanations = flags.explain.length > 0 ? [formatExplanations(result.images, palette)] : [];
  if (result.target) return [formatSummary(result, palette), ...explanations].join('\n\n');
  return [...(flags.dryRun ? [formatDryRun(result, palette)] : []), ...explanations].join('\n\n');
};
