import {
  mirror,
  ReslimError,
  stateFolder,
  type MirrorEntry,
  type MirrorOptions,
  type MirrorSlimOptions,
} from '../../index.ts';
import { MIRROR_OPTIONS, type MirrorFlags } from '../../options/mirror-options.ts';
import { imageLabel } from '../../report/image-label.ts';
import { summarizeMirror } from '../../report/mirror/summary.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { openMirrorReport } from '../display/mirror-report.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim mirror`: brings images to a target. The status is 1 if one of them failed. */
export const runMirror = async ({
  operands: { source, target },
  flags,
  signal,
}: Call<{ readonly source: string; readonly target: string }, MirrorFlags>): Promise<number> => {
  const { entry, ...options } = readFlags(flags);
  const { tell } = await openMirrorReport(flags, { source, network: options.network, signal });
  const result = await withRuntime(flags, signal, (run) =>
    mirror({
      ...options,
      ...run,
      state: stateFolder(),
      entries: [{ ...entry, from: source, to: target }],
    }),
  );
  await tell({ name: imageLabel(target).image, result, finishedAt: Date.now() });
  return summarizeMirror(result).failures > 0 ? EXIT.failed : EXIT.done;
};

/** Flags of a slim are those of the entry. */
const readFlags = (
  flags: MirrorFlags,
): Omit<MirrorOptions, 'entries'> & { readonly entry: Partial<MirrorEntry> } => {
  const { entry, dryRun, concurrency, attempts, network, limits, ...slim } = libraryOptions<
    MirrorOptions & MirrorSlimOptions & { entry: MirrorEntry }
  >(MIRROR_OPTIONS, flags);
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
