import type { TraceOptions } from '../../api/options.ts';
import { ReslimError } from '../../base/errors.ts';
import { trace } from '../../index.ts';
import { TRACE_OPTIONS, type TraceFlags } from '../../options/trace-options.ts';
import { formatTrace } from '../../report/format-trace.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { checkPipes } from '../display/pipes.ts';
import { showText } from '../display/show-text.ts';
import { checkPlace } from '../display/write-file.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim trace`: runs an image under strace, and writes what it used to a file. */
export const runTrace = async ({
  operands: { image, cmd },
  flags,
  signal,
}: Call<
  { readonly image: string; readonly cmd: readonly string[] },
  TraceFlags
>): Promise<void> => {
  const { output } = flags;
  if (output === undefined)
    throw new ReslimError('usage', 'no file is named', { hint: 'add -o FILE' });
  checkPipes({ source: image, onStdout: flags.json ? ['--json'] : [] });
  await checkPlace(output);
  const asked = libraryOptions<TraceOptions>(TRACE_OPTIONS, flags);
  const command = cmd.length > 0 ? cmd : undefined;
  const result = await withRuntime(flags, signal, (run) =>
    trace({ ...asked, source: image, output, command, ...run }),
  );
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet) await showText(process.stdout, (palette) => formatTrace(result, palette));
};
