import { ReslimError } from '../../base/errors.ts';
import { composeIndex, type IndexEntry, type IndexOptions, type IndexResult } from '../../index.ts';
import {
  INDEX_CREATE_OPTIONS,
  type IndexAddFlags,
  type IndexAnnotateFlags,
  type IndexCreateFlags,
  type IndexRemoveFlags,
} from '../../options/index-options.ts';
import { formatDuration } from '../../report/format-number.ts';
import { formatNotes } from '../../report/format-summary.ts';
import { formatTable } from '../../report/format-table.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Palette } from '../../report/palette.ts';
import { printable } from '../../report/printable.ts';
import type { Call } from '../command.ts';
import { columnsOf, writeLines } from '../display/output.ts';
import { checkPipes, isPipe } from '../display/pipes.ts';
import { showText } from '../display/show-text.ts';
import { libraryOptions } from '../settings/library-options.ts';
import { withRuntime } from '../with-runtime.ts';

export const refuseBareIndex = async (): Promise<never> => {
  throw new ReslimError('usage', 'reslim index needs a command', {
    hint: 'there are: create, add, remove, annotate',
  });
};

/** `reslim index create` */
export const createIndex = async ({
  operands: { sources },
  flags,
  signal,
}: Call<{ readonly sources: readonly string[] }, IndexCreateFlags>): Promise<void> => {
  const { platform: addPlatforms, annotation: annotations, replace } = flags;
  await compose(
    { add: sources, addPlatforms, annotations, replace, target: requireTarget(flags.output) },
    flags,
    signal,
  );
};

type OfIndex = { readonly index: string };

/** `reslim index add` */
export const addToIndex = async ({
  operands: { index, sources },
  flags,
  signal,
}: Call<OfIndex & { readonly sources: readonly string[] }, IndexAddFlags>): Promise<void> => {
  if (sources.length === 0) throw new ReslimError('usage', 'no image to add is named');
  const { platform: addPlatforms, replace } = flags;
  await compose({ add: sources, addPlatforms, replace, ...placesOf(index, flags) }, flags, signal);
};

/** `reslim index remove` */
export const removeFromIndex = async ({
  operands: { index },
  flags,
  signal,
}: Call<OfIndex, IndexRemoveFlags>): Promise<void> => {
  const { platform: removePlatforms, digest: removeDigests } = flags;
  if (removePlatforms === undefined && removeDigests === undefined)
    throw new ReslimError('usage', 'nothing is named to take out', {
      hint: 'add --platform OS/ARCH or --digest DIGEST',
    });
  await compose({ removePlatforms, removeDigests, ...placesOf(index, flags) }, flags, signal);
};

/** `reslim index annotate` */
export const annotateIndex = async ({
  operands: { index },
  flags,
  signal,
}: Call<OfIndex, IndexAnnotateFlags>): Promise<void> => {
  const { annotation: annotations, unsetAnnotation: unsetAnnotations, platform } = flags;
  if (annotations === undefined && unsetAnnotations === undefined)
    throw new ReslimError('usage', 'no annotation is named', {
      hint: 'add --annotation NAME=VALUE or --unset-annotation NAME',
    });
  await compose(
    { annotations, unsetAnnotations, annotatePlatforms: platform, ...placesOf(index, flags) },
    flags,
    signal,
  );
};

const placesOf = (
  index: string,
  { output, inPlace }: Pick<IndexAddFlags, 'output' | 'inPlace'>,
): Pick<IndexOptions, 'base' | 'target' | 'inPlace'> => {
  if (output === undefined && inPlace) return { base: index, target: index, inPlace };
  return { base: index, target: requireTarget(output), inPlace };
};

const requireTarget = (output: string | undefined): string => {
  if (output !== undefined) return output;
  throw new ReslimError('usage', 'no target is named', {
    hint: 'add -o TARGET; where an index is changed, --in-place writes it back',
  });
};

const compose = async (
  options: IndexOptions,
  flags: IndexCreateFlags,
  signal: AbortSignal,
): Promise<void> => {
  const { base, add = [], target } = options;
  const [source = ''] = [...(base === undefined ? [] : [base]), ...add];
  checkPipes({ source, targets: [target], onStdout: flags.json ? ['--json'] : [] });
  const machine = libraryOptions<IndexOptions>(INDEX_CREATE_OPTIONS, flags);
  const result = await withRuntime({ ...flags, noCache: true }, signal, (run) =>
    composeIndex({ ...machine, ...options, ...run }),
  );
  if (flags.json) {
    const { durationMs, ...document } = result;
    return writeLines(
      process.stdout,
      jsonLines({ ...document, durationMs: Math.round(durationMs) }),
    );
  }
  if (flags.quiet) return;
  const stream = isPipe(target) ? process.stderr : process.stdout;
  await showText(stream, (palette) => describe(result, palette, columnsOf(stream)));
};

const describe = (
  { target, entries, removed, notes, durationMs }: IndexResult,
  palette: Palette,
  width: number,
): readonly string[] => {
  const { title, faint } = palette;
  const row = ({ platform, kind, digest }: IndexEntry, state: string): readonly string[] => [
    kind === 'image' ? printable(platform) : kind,
    faint(digest),
    state,
  ];
  return [
    `${title(printable(target.name))} ${faint(target.digest)}`,
    ...formatTable(
      [
        ...entries.map((entry) => row(entry, entry.added ? 'added' : '')),
        ...removed.map((entry) => row(entry, 'removed')),
      ],
      ['left', 'left', 'left'],
    ),
    ...formatNotes(notes, palette, width),
    `Written ${faint(`in ${formatDuration(durationMs)}`)}`,
  ];
};
