import { appendFile } from 'node:fs/promises';
import type { CheckResult } from '../../api/check.ts';
import { withIoErrors } from '../../base/io-error.ts';
import { checkMarkdown } from '../../report/check/markdown.ts';
import { checkAnnotations, checkOutputs } from '../../report/ci/github.ts';
import { writeLines } from '../display/output.ts';
import type { CiService } from './ci-service.ts';

/** What a CI service is told of a result. */
export interface CiReport {
  readonly annotations: readonly string[];
  /** Markdown. */
  readonly summary: readonly string[];
  /** `name=value` */
  readonly outputs: readonly string[];
}

/**
 * Gives a result to the CI service that runs this: on GitHub as annotations, as the summary and as outputs of the step.
 * GitLab reads files, which options name.
 */
export const tellCi = async (
  service: CiService | undefined,
  { annotations, summary, outputs }: CiReport,
): Promise<void> => {
  if (service !== 'github') return;
  await writeLines(process.stderr, annotations.map(withBreak));
  await append('GITHUB_STEP_SUMMARY', fitting(summary));
  await append('GITHUB_OUTPUT', outputs);
};

/** A check, as CI services are told of it. */
export const ciReportOf = (result: CheckResult): CiReport => ({
  annotations: checkAnnotations(result),
  summary: checkMarkdown(result),
  outputs: checkOutputs(result),
});

/** Bytes of a summary. GitHub refuses all of what a step has written if it is over 1 MiB. */
const SUMMARY_SIZE = 1_000_000;

const fitting = (lines: readonly string[]): readonly string[] =>
  Buffer.byteLength(lines.join('\n')) <= SUMMARY_SIZE
    ? lines
    : ['The summary of reslim is too long for this page; `--markdown FILE` writes it.'];

/** Appends to the file that a variable names: other commands of the step have written to it, too. */
const append = async (variable: string, lines: readonly string[]): Promise<void> => {
  const path = process.env[variable];
  if (!path) return;
  await withIoErrors(path, () => appendFile(path, lines.map(withBreak).join('')));
};

const withBreak = (line: string): string => `${line}\n`;
