import {
  mirror,
  ReslimError,
  stateFolder,
  type MirrorEntry,
  type MirrorOptions,
  type MirrorResult,
  type MirrorSlimOptions,
} from '../../index.ts';
import { MIRROR_OPTIONS, WATCH, type MirrorFlags } from '../../options/mirror-options.ts';
import type { OptionTable } from '../../options/option.ts';
import { imageLabel } from '../../report/image-label.ts';
import { summarizeMirror } from '../../report/mirror/summary.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { mirrorDisplay, type MirrorDisplay } from '../display/mirror-progress.ts';
import { openMirrorReport } from '../display/mirror-report.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { checkWatchFlags, runWatch } from '../watch-mirror.ts';
import { withRuntime, type RunWith } from '../with-runtime.ts';

/** `reslim mirror`: brings images to a target. The status is 1 if one of them failed. */
export const runMirror = async ({
  operands: { source, target },
  flags,
  signal,
  extendGrace,
}: Call<{ readonly source: string; readonly target: string }, MirrorFlags>): Promise<number> => {
  const { entry, ...options } = readFlags(flags);
  const entries = [{ ...entry, from: source, to: target }];
  const given = { ...options, state: stateFolder(), entries };
  checkWatchFlags(flags);
  if (flags.watch) return runWatch(flags, given, { signal, extendGrace });
  const { tell } = await openMirrorReport(flags, { source, network: options.network, signal });
  const result = await withMirrorDisplay(flags, signal, (display) =>
    mirror({ ...given, ...display }),
  );
  await tell({ name: imageLabel(target).image, result, finishedAt: Date.now() });
  return summarizeMirror(result).failures > 0 ? EXIT.failed : EXIT.done;
};

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

/** The options of a run, whether there is one or many. */
const ONCE: OptionTable = Object.fromEntries(
  Object.entries(MIRROR_OPTIONS).filter(([name]) => !(name in WATCH)),
);

/** Flags of a slim are those of the entry. */
const readFlags = (
  flags: MirrorFlags,
): Omit<MirrorOptions, 'entries'> & { readonly entry: Partial<MirrorEntry> } => {
  const { entry, dryRun, concurrency, attempts, network, limits, ...slim } = libraryOptions<
    MirrorOptions & MirrorSlimOptions & { entry: MirrorEntry }
  >(ONCE, flags);
  const [option] = Object.keys(slim);
  if (entry?.copy && option !== undefined)
    throw new ReslimError('usage', `--copy changes nothing of an image, yet there is ${option}`, {
      hint: 'leave one of the two out',
    });
  const { deleteGone: atMost, recheckReferrers } = flags;
  return {
    entry: {
      ...entry,
      ...(option !== undefined && { slim }),
      ...(atMost !== undefined && { gone: { atMost } }),
      ...(recheckReferrers && { referrers: 'recheck' }),
    },
    dryRun,
    concurrency,
    attempts,
    network,
    limits,
  };
};
