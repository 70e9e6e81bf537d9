import { ReslimError } from '../../base/errors.ts';
import type { MirrorLintFlags } from '../../options/mirror-file-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import {
  formatMirrorLint,
  type LintedPlace,
  type MirrorLint,
} from '../../report/mirror/format-lint.ts';
import { YamlError, type YamlProblem } from '../../yaml/yaml-error.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { parseMirrorFile } from '../settings/parse-mirror-file.ts';

/** `reslim mirror lint`: all that is wrong with a mirror file, at once. No registry is asked, and no secret is read. */
export const runMirrorLint = async ({
  operands: { file },
  flags,
}: Call<{ readonly file: string }, MirrorLintFlags>): Promise<void> => {
  const result = lint(await readTextFile(file), file);
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else await showText(process.stdout, (palette) => formatMirrorLint(result, palette));
  const { length } = result.problems;
  if (length > 0) throw new ReslimError('usage', `errors in ${file}: ${length}`);
};

const lint = (text: string, file: string): MirrorLint => {
  try {
    const { entries, problems, warnings } = parseMirrorFile(text, file);
    const inOrder = (list: readonly YamlProblem[]): LintedPlace[] =>
      list.toSorted((a, b) => a.offset - b.offset).map(placed);
    return {
      file,
      entries: entries.length,
      problems: inOrder(problems),
      warnings: inOrder(warnings),
    };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { file, entries: 0, problems: error.problems.map(placed), warnings: [] };
  }
};

const placed = ({ place, message, hint }: YamlProblem): LintedPlace => {
  const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
  return {
    ...(line !== undefined && { line: Number(line), column: Number(column) }),
    message,
    ...(hint !== undefined && { hint }),
  };
};
