import type { DiffOptions } from '../../api/options.ts';
import type { DiffResult } from '../../api/diff.ts';
import { VERSION } from '../../base/version.ts';
import { diff } from '../../index.ts';
import { DEFAULT_TOP, DIFF_OPTIONS, type DiffFlags } from '../../options/diff-options.ts';
import { formatDiff } from '../../report/diff/format-diff.ts';
import { diffMarkdown } from '../../report/diff/markdown.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { pageContent } from '../display/page-content.ts';
import { resultFiles, type Contents } from '../display/result-files.ts';
import { diffPage } from '../../report/page/diff-page.ts';
import { showText } from '../display/show-text.ts';
import { checkPipes, refuseTwoPipes } from '../display/pipes.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim diff`: shows how two images differ. With `--exit-code` the exit status is 3 if they do. */
export const runDiff = async ({
  operands: { before, after },
  flags,
  signal,
}: Call<{ readonly before: string; readonly after: string }, DiffFlags>): Promise<number> => {
  const top = flags.top ?? DEFAULT_TOP;
  const files = resultFiles(filesOf(top), flags);
  refuseTwoPipes(before, after);
  const onStdout = [...(flags.json ? ['--json'] : []), ...files.onStdout];
  for (const source of [before, after]) checkPipes({ source, onStdout });
  await files.check();
  const asked = libraryOptions<DiffOptions>(DIFF_OPTIONS, flags);
  const result = await withRuntime(flags, signal, (run) =>
    diff({ ...asked, before, after, ...run }),
  );
  await files.write(result);
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet)
    await showDiff(result, top, files.onStdout.length > 0 ? process.stderr : process.stdout);
  return flags.exitCode && !result.same ? EXIT.policy : EXIT.done;
};

/** What options write of a comparison. */
const filesOf = (top: number): Contents<DiffResult> => ({
  html: (result) => pageContent(diffPage(result, VERSION)),
  markdown: (result) => diffMarkdown(result, top).map((line) => `${line}\n`),
});

const showDiff = (result: DiffResult, top: number, stream: NodeJS.WriteStream): Promise<void> =>
  showText(stream, (palette) => formatDiff(result, { palette, width: columnsOf(stream), top }));
