import type { DiffOptions } from '../../api/options.ts';
import type { DiffResult } from '../../api/diff.ts';
import { ReslimError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { diff } from '../../index.ts';
import { DEFAULT_TOP, DIFF_OPTIONS, type DiffFlags } from '../../options/diff-options.ts';
import { formatDiff } from '../../report/diff/format-diff.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { pageContent } from '../display/page-content.ts';
import { resultFiles, type Contents } from '../display/result-files.ts';
import { diffPage } from '../../report/page/diff-page.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim diff`: shows how two images differ. With `--exit-code` the exit status is 3 if they do. */
export const runDiff = async ({
  operands: { before, after },
  flags,
  signal,
}: Call<{ readonly before: string; readonly after: string }, DiffFlags>): Promise<number> => {
  const files = resultFiles(DIFF_FILES, flags);
  refuseTwoPipes(before, after);
  checkPipes({ source: before, onStdout: [...files.onStdout, ...(flags.json ? ['--json'] : [])] });
  await files.check();
  const asked = libraryOptions<DiffOptions>(DIFF_OPTIONS, flags);
  const result = await withRuntime(flags, signal, (run) =>
    diff({ ...asked, before, after, ...run }),
  );
  await files.write(result);
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet && files.onStdout.length === 0) {
    const palette = createPalette(wantsColour(process.stdout, process.env));
    const shape = { palette, width: columnsOf(process.stdout), top: flags.top ?? DEFAULT_TOP };
    const lines = formatDiff(result, shape).map((line) => `${line}\n`);
    await writeLines(process.stdout, lines);
  }
  return flags.exitCode && !result.same ? EXIT.policy : EXIT.done;
};

/** What options write of a comparison. */
const DIFF_FILES: Contents<DiffResult> = {
  html: (result) => pageContent(diffPage(result, VERSION)),
};

const refuseTwoPipes = (before: string, after: string): void => {
  checkPipes({ source: before });
  checkPipes({ source: after });
  if (isPipe(before) && isPipe(after))
    throw new ReslimError('usage', 'only one of the images can come from stdin', {
      hint: 'name a file for the other one',
    });
};
