import {
  mirror,
  ReslimError,
  stateFolder,
  type MirrorEntry,
  type MirrorOptions,
  type MirrorSlimOptions,
} from '../../index.ts';
import { VERSION } from '../../base/version.ts';
import { MIRROR_OPTIONS, type MirrorFlags } from '../../options/mirror-options.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { formatMirror } from '../../report/mirror/format-mirror.ts';
import { mirrorDocument } from '../../report/mirror/mirror-document.ts';
import { summarizeMirror } from '../../report/mirror/summary.ts';
import type { Call } from '../command.ts';
import { EXIT } from '../display/failure.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

/** `reslim mirror`: brings images to a target. The status is 1 if one of them failed. */
export const runMirror = async ({
  operands: { source, target },
  flags,
  signal,
}: Call<{ readonly source: string; readonly target: string }, MirrorFlags>): Promise<number> => {
  const { entry, ...options } = readFlags(flags);
  const result = await withRuntime(flags, signal, (run) =>
    mirror({
      ...options,
      ...run,
      state: stateFolder(),
      entries: [{ ...entry, from: source, to: target }],
    }),
  );
  if (flags.json) await writeLines(process.stdout, jsonLines(mirrorDocument(result, VERSION)));
  else if (!flags.quiet)
    await showText(process.stdout, (palette) =>
      formatMirror(result, {
        palette,
        width: columnsOf(process.stdout),
        verbose: flags.verbose,
      }),
    );
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
  return {
    entry: { ...entry, ...(option !== undefined && { slim }) },
    dryRun,
    concurrency,
    attempts,
    network,
    limits,
  };
};
