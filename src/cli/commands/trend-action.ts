import { trend, type TrendOptions } from '../../index.ts';
import { TREND_OPTIONS, type TrendFlags } from '../../options/trend-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { formatTrend } from '../../report/trend/format-trend.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { writeLines } from '../display/output.ts';
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
  const palette = createPalette(wantsColour(process.stdout, process.env));
  const lines = flags.json
    ? jsonLines(result)
    : formatTrend(result, palette).map((line) => `${line}\n`);
  await writeLines(process.stdout, lines);
  return flags.exitCode && result.grown ? EXIT.policy : EXIT.done;
};
