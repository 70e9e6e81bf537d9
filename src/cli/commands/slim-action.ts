import type { CheckResult } from '../../api/check.ts';
import type { VerifyResult } from '../../api/verify.ts';
import { DEFAULT_LEVEL } from '../../api/vocabulary.ts';
import { ReslimError } from '../../base/errors.ts';
import { slim, type SlimOptions, type SlimResult } from '../../index.ts';
import type { SlimFlags } from '../../options/slim-options.ts';
import { SHOWN_DIFFERENCES } from '../../options/verify-options.ts';
import { findSettings } from '../settings/find-settings.ts';
import type { Call } from '../command.ts';
import { formatCheck, formatCheckVerdict } from '../../report/check/format-check.ts';
import { formatDryRun } from '../../report/format-dry-run.ts';
import { formatExplanations } from '../../report/format-explanations.ts';
import { formatNotes, formatSummary } from '../../report/format-summary.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { nextStep } from '../../report/next-step.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import { checkOf, slimMarkdown, slimMetrics, type SlimOutcome } from '../../report/slim-outcome.ts';
import { checkAnnotations } from '../../report/ci/github.ts';
import { ciService } from '../ci/ci-service.ts';
import { tellCi, type CiReport } from '../ci/tell-ci.ts';
import { OUTCOME_FILES } from '../display/outcome-files.ts';
import { openPublisher, publishedImage } from '../publish/publisher.ts';
import { reportDocument } from '../../report/report-document.ts';
import { formatVerify, formatVerifyVerdict } from '../../report/verify/format-verify.ts';
import { secretMessages } from '../../report/secret-messages.ts';
import { VERSION } from '../../base/version.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { collectingBetweenStages, collectOften } from '../collect-garbage.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { withRuntime } from '../with-runtime.ts';
import { isDryRun, slimOptions } from '../settings/slim-options.ts';
import { resultFiles } from '../display/result-files.ts';
import { showText } from '../display/show-text.ts';
import { SLIM_FILES } from '../display/slim-files.ts';

/** The main command: slims, then reports on stdout (on stderr when the archive goes to stdout). */
export const runSlim = async ({
  operands: { source },
  flags,
  signal,
}: Call<{ readonly source: string }, SlimFlags>): Promise<void> => {
  const files = resultFiles(SLIM_FILES, flags);
  const outcomeFiles = resultFiles(OUTCOME_FILES, flags);
  const onStdout = [...(flags.json ? ['--json'] : []), ...files.onStdout, ...outcomeFiles.onStdout];
  checkFlags(source, flags, onStdout);
  await files.check();
  await outcomeFiles.check();
  const options = slimOptions(source, flags, await findSettings(flags));
  if ((options.level ?? DEFAULT_LEVEL) !== 'safe') collectOften();
  const { publish } = await openPublisher(flags, { network: options.network, signal });
  const deliver = async (outcome: SlimOutcome): Promise<void> => {
    await outcomeFiles.write(outcome);
    await tellCi(ciService(flags.ci), slimReportOf(outcome));
  };
  const send = (outcome: SlimOutcome): Promise<void> =>
    publish(
      publishedImage({
        name: checkOf(outcome).name,
        job: 'reslim_slim',
        metrics: slimMetrics(outcome),
        note: slimMarkdown(outcome),
      }),
    );
  // Only the work makes the decisions that a report or a page is for.
  const listFiles = flags.html !== undefined;
  const force = options.force || flags.report !== undefined || listFiles;
  const isTaken = onStdout.length > 0 || flags.output?.some(isPipe);
  const stream = isTaken ? process.stderr : process.stdout;
  let check: CheckResult | undefined;
  let verification: VerifyResult | undefined;
  const result = await withRuntime(flags, signal, ({ onEvent, ...run }) => {
    const listener = collectingBetweenStages(onEvent);
    return slim({
      ...options,
      force,
      listFiles,
      ...run,
      onEvent: (event) => {
        if (event.type === 'check') check = event.result;
        if (event.type === 'verify') verification = event.result;
        listener(event);
      },
    });
  }).catch(async (error: unknown) => {
    if (check && !check.passed) {
      await deliver({ check });
      await showBroken(check, flags, stream);
      await send({ check });
    }
    if (verification && !verification.passed) await showUnlike(verification, flags, stream);
    throw error;
  });

  const document = reportDocument(result, VERSION);
  await files.write({ result, document });
  const outcome: SlimOutcome = { result, check: result.check };
  await deliver(outcome);
  if (flags.json) {
    await writeLines(
      process.stdout,
      jsonLines({ ...document, durationMs: Math.round(result.durationMs) }),
    );
  } else if (flags.quiet) {
    // What a user must not miss.
    const messages = secretMessages(result.images.flatMap(({ secrets }) => secrets));
    await writeLines(
      process.stderr,
      messages.map((message) => `note: ${printable(message)}\n`),
    );
  } else {
    await writeLines(stream, [`${describe(result, { flags, options }, stream)}\n`]);
  }
  await send(outcome);
};

/** A slim, as CI services are told of it. */
const slimReportOf = (outcome: SlimOutcome): CiReport => {
  const { result } = outcome;
  const check = checkOf(outcome);
  const sizes = (result?.images ?? []).map(
    ({ target, expected }) => (target ?? expected)?.compressedSize ?? 0,
  );
  const { descriptor } = result ?? {};
  return {
    annotations: checkAnnotations(check),
    summary: slimMarkdown(outcome),
    outputs: [
      `passed=${check.passed}`,
      ...(descriptor ? [`digest=${descriptor.digest}`] : []),
      ...(sizes.length > 0 ? [`size=${sizes.reduce((sum, size) => sum + size, 0)}`] : []),
    ],
  };
};

/** What a run that fails for its budget has to say beside the error: all limits, and what is to blame. */
const showBroken = async (
  check: CheckResult,
  { json }: SlimFlags,
  stream: NodeJS.WriteStream,
): Promise<void> => {
  if (json) return writeLines(process.stdout, jsonLines(check));
  await showText(stream, (palette) => [
    ...formatCheck(check, palette),
    ...formatNotes(check.notes, palette),
  ]);
};

/** The same for a run that fails since its result is not as the source. */
const showUnlike = async (
  verification: VerifyResult,
  { json }: SlimFlags,
  stream: NodeJS.WriteStream,
): Promise<void> => {
  if (json) return writeLines(process.stdout, jsonLines(verification));
  await showText(stream, (palette) =>
    formatVerify(verification, { palette, width: columnsOf(stream), top: SHOWN_DIFFERENCES }),
  );
};

/** Refuses what cannot work before anything is read. */
const checkFlags = (source: string, flags: SlimFlags, onStdout: readonly string[]): void => {
  if (flags.output === undefined && !isDryRun(flags)) {
    throw new ReslimError('usage', 'no target is named', {
      hint: 'add -o TARGET, or --dry-run to see what would go',
    });
  }
  if (isDryRun(flags) && (flags.digestfile ?? flags.metadataFile) !== undefined) {
    const option = flags.digestfile === undefined ? '--metadata-file' : '--digestfile';
    throw new ReslimError(
      'usage',
      `${option} describes what was written, and this run writes nothing`,
    );
  }
  checkPipes({ source, targets: isDryRun(flags) ? [] : flags.output, onStdout });
};

const describe = (
  result: SlimResult,
  { flags, options }: { readonly flags: SlimFlags; readonly options: SlimOptions },
  stream: NodeJS.WriteStream,
): string => {
  const palette = createPalette(wantsColour(stream, process.env));
  const { check, verification } = result;
  const explanations = flags.explain ? [formatExplanations(result.images, palette)] : [];
  if (result.target)
    return [
      formatSummary(result, palette, columnsOf(stream), nextStep(result.images, options)),
      ...(check ? [formatCheckVerdict(check, palette)] : []),
      ...(verification ? [formatVerifyVerdict(verification, palette).join('\n')] : []),
      ...explanations,
    ].join('\n\n');
  return [
    ...(flags.dryRun ? [formatDryRun(result, palette, columnsOf(stream))] : []),
    ...(check ? [formatCheck(check, palette).join('\n')] : []),
    ...explanations,
  ].join('\n\n');
};
