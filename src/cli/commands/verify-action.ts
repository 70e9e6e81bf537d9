import type { VerifyOptions } from '../../api/options.ts';
import type { VerifyResult } from '../../api/verify.ts';
import { verify } from '../../index.ts';
import {
  SHOWN_DIFFERENCES,
  VERIFY_OPTIONS,
  type VerifyFlags,
} from '../../options/verify-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { formatVerify } from '../../report/verify/format-verify.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { checkPipes, refuseTwoPipes } from '../display/pipes.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim verify`: shows whether a slim image is as its original. The exit status is 3 if it is not. */
export const runVerify = async ({
  operands: { original, slim },
  flags,
  signal,
}: Call<{ readonly original: string; readonly slim: string }, VerifyFlags>): Promise<number> => {
  refuseTwoPipes(original, slim);
  for (const source of [original, slim])
    checkPipes({ source, onStdout: flags.json ? ['--json'] : [] });
  const asked = libraryOptions<VerifyOptions>(VERIFY_OPTIONS, flags);
  const result = await withRuntime(flags, signal, (run) =>
    verify({ ...asked, original, slim, ...run }),
  );
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet || !result.passed) await showVerification(result, flags.top);
  return result.passed ? EXIT.done : EXIT.policy;
};

const showVerification = (result: VerifyResult, top: number = SHOWN_DIFFERENCES): Promise<void> =>
  showText(process.stdout, (palette) =>
    formatVerify(result, { palette, width: columnsOf(process.stdout), top }),
  );
