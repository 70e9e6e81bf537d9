import { basename } from 'node:path';
import { abortedError } from '../../base/errors.ts';
import { mirror, stateFolder, type MirrorResult } from '../../index.ts';
import type { MirrorFlags } from '../../options/mirror-options.ts';
import { imageLabel } from '../../report/image-label.ts';
import { summarizeMirror } from '../../report/mirror/summary.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { mirrorDisplay, type MirrorDisplay } from '../display/mirror-progress.ts';
import { openMirrorReport } from '../display/mirror-report.ts';
import { mirrorOptions, type MirrorOperands } from '../settings/mirror-options.ts';
import { queueUrl } from '../settings/queue-url.ts';
import { checkWatchFlags, runWatch } from '../watch-mirror.ts';
import { withRuntime, type RunWith } from '../with-runtime.ts';

/** `reslim mirror`: brings images to a target. The status is 1 if one of them failed. */
export const runMirror = async ({
  operands: { source, target },
  flags,
  signal,
  extendGrace,
}: Call<MirrorOperands, MirrorFlags>): Promise<number> => {
  const given = {
    ...(await mirrorOptions({ source, target }, flags)),
    queue: queueUrl(flags.queue, process.env),
    state: stateFolder(),
  };
  checkWatchFlags(flags);
  if (flags.watch) return runWatch(flags, given, { signal, extendGrace });
  // A run that is stopped tells what it did before that, and no signal keeps it from doing so.
  extendGrace(TIME_TO_TELL);
  const { tell } = await openMirrorReport(flags, { source, network: given.network });
  let stopped: MirrorResult | undefined;
  const onInterrupted = (result: MirrorResult): void => void (stopped = result);
  const result = await withMirrorDisplay(flags, signal, (display) =>
    mirror({ ...given, ...display, onInterrupted }),
  ).catch((error: unknown) => {
    if (!stopped) throw error;
    return stopped;
  });
  const name = target === undefined ? basename(source) : imageLabel(target).image;
  await tell({ name, result, finishedAt: Date.now() });
  if (result.interrupted) throw abortedError();
  return summarizeMirror(result).failures > 0 ? EXIT.failed : EXIT.done;
};

/** Milliseconds. */
const TIME_TO_TELL = 10_000;

/** Shows many images at once in place of the stages of one. */
const withMirrorDisplay = async (
  flags: MirrorFlags,
  signal: AbortSignal,
  operation: (run: RunWith & MirrorDisplay) => Promise<MirrorResult>,
): Promise<MirrorResult> => {
  const display = mirrorDisplay(flags, signal);
  try {
    return await withRuntime({ ...flags, progress: 'never' }, signal, (run) =>
      operation({ ...run, ...display }),
    );
  } finally {
    display.close();
  }
};
