import { trend, type TrendOptions } from '../../index.ts';
import { TREND_OPTIONS, type TrendFlags } from '../../options/trend-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { formatTrend } from '../../report/trend/format-trend.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim trend`: shows how the images of a repository grew. With `--exit-code` the status is 3 if the newest did. */
export const runTrend = async ({
  operands: { repository },
  flags,
  signal,
}: Call<{ readonly repository: string }, TrendFlags>): Promise<number> => {
  const options = libraryOptions<TrendOptions>(TREND_OPTIONS, flags);
  const result = await withRuntime({ ...flags, noCache: true }, signal, (run) =>
    trend({ ...options, repository, ...run }),
  );
  if (flags.json) await writeLines(process.stdout, jsonLines(result));
  else await showText(process.stdout, (palette) => formatTrend(result, palette));
  return flags.exitCode && result.grown ? EXIT.policy : EXIT.done;
};
