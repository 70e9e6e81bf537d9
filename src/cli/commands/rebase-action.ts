import type { RebaseOptions } from '../../api/rebase.ts';
import { ReslimError } from '../../base/errors.ts';
import { rebase } from '../../index.ts';
import { REBASE_OPTIONS, type RebaseFlags } from '../../options/rebase-options.ts';
import { formatRebase } from '../../report/format-rebase.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim rebase`: swaps the base of an image. The exit status is 3 if the new base lacks what the image needs. */
export const runRebase = async ({
  operands: { source },
  flags,
  signal,
}: Call<{ readonly source: string }, RebaseFlags>): Promise<number> => {
  const { output, new: newBase, inPlace } = flags;
  if (newBase === undefined)
    throw new ReslimError('usage', 'no new base is named', { hint: '--new IMAGE names it' });
  if (output !== undefined && inPlace)
    throw new ReslimError('usage', '--in-place and -o exclude each other', {
      hint: '--in-place writes to SOURCE',
    });
  const target = inPlace ? source : output;
  checkPipes({
    source,
    targets: target === undefined ? [] : [target],
    onStdout: flags.json ? ['--json'] : [],
  });
  const asked = libraryOptions<RebaseOptions>(REBASE_OPTIONS, flags);
  const result = await withRuntime(flags, signal, (run) =>
    rebase({ ...asked, source, newBase, target, ...run }),
  );
  const stream = target !== undefined && isPipe(target) ? process.stderr : process.stdout;
  const done = result.passed || result.target !== undefined;
  if (flags.json) {
    const durationMs = Math.round(result.durationMs);
    await writeLines(process.stdout, jsonLines({ ...result, durationMs }));
  } else if (!flags.quiet || !done)
    await showText(stream, (palette) =>
      formatRebase(result, { palette, width: columnsOf(stream) }),
    );
  return done ? EXIT.done : EXIT.policy;
};
