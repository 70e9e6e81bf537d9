import type { CheckOptions } from '../../api/options.ts';
import { check } from '../../index.ts';
import { CHECK_OPTIONS, type CheckFlags } from '../../options/check-options.ts';
import { formatCheck } from '../../report/check/format-check.ts';
import { checkMarkdown } from '../../report/check/markdown.ts';
import { checkMetrics } from '../../report/check/metrics.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { findDiveRules, findSettings } from '../settings/find-settings.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
import { ciService } from '../ci/ci-service.ts';
import { ciReportOf, tellCi } from '../ci/tell-ci.ts';
import { openPublisher, publishedImage } from '../publish/publisher.ts';
import { checkPipes } from '../display/pipes.ts';
import { resultFiles } from '../display/result-files.ts';
import { CHECK_FILES } from '../display/check-files.ts';
import { showText } from '../display/show-text.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim check`: shows whether an image keeps a budget. The exit status is 3 if it does not. */
export const runCheck = async ({
  operands: { image: source },
  flags,
  signal,
}: Call<{ readonly image: string }, CheckFlags>): Promise<number> => {
  const files = resultFiles(CHECK_FILES, flags);
  checkPipes({ source, onStdout: [...(flags.json ? ['--json'] : []), ...files.onStdout] });
  await files.check();
  const settings = await findSettings(flags);
  const asked = libraryOptions<CheckOptions>(CHECK_OPTIONS, flags, settings);
  const options = { ...(await findDiveRules(flags)), ...asked };
  const { publish } = await openPublisher(flags, { network: options.network, signal });
  const result = await withRuntime(flags, signal, (run) => check({ ...options, source, ...run }));
  await files.write(result);
  await tellCi(ciService(flags.ci), ciReportOf(result));
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else if (!flags.quiet || !result.passed)
    await showText(files.onStdout.length > 0 ? process.stderr : process.stdout, (palette) =>
      formatCheck(result, palette),
    );
  await publish(
    publishedImage({
      name: result.name,
      job: 'reslim',
      metrics: checkMetrics(result),
      note: checkMarkdown(result),
    }),
  );
  return result.passed ? EXIT.done : EXIT.policy;
};
