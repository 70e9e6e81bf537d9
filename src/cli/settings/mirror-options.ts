import type { ImageEdits } from '../../api/edits.ts';
import type { MirrorEntry, MirrorOptions, MirrorSlimOptions } from '../../api/mirror.ts';
import { ReslimError } from '../../base/errors.ts';
import { EDITS } from '../../options/edit-options.ts';
import {
  MIRROR_ENTRY_OPTIONS,
  MIRROR_OPTIONS,
  MIRROR_SLIM_OPTIONS,
  WATCH,
  type MirrorFlags,
} from '../../options/mirror-options.ts';
import { camelCase, type Option, type OptionTable } from '../../options/option.ts';
import { libraryOptions } from './library-options.ts';

export interface MirrorOperands {
  /** A mirror file, where there is no target. */
  readonly source: string;
  readonly target: string | undefined;
}

/** What to mirror, from the command line, or from a mirror file; what both say the command line decides. Throws `usage`. */
export const mirrorOptions = async (
  { source, target }: MirrorOperands,
  flags: MirrorFlags,
): Promise<MirrorOptions> => {
  const run = libraryOptions<MirrorOptions>(RUN_OPTIONS, flags);
  if (target !== undefined)
    return { ...run, entries: [{ ...entryOf(flags), from: source, to: target }] };
  refuseEntryFlags(flags, source);
  // A run that names its images has no such file, and what reads YAML takes its time to load.
  const { readMirrorFile } = await import('./read-mirror-file.ts');
  const { logins, ...file } = await readMirrorFile(source).catch(orMissingTarget);
  return { ...file, ...run, network: { ...run.network, logins } };
};

/** What a mirror file says of each entry. */
const OF_ENTRIES: OptionTable = { ...MIRROR_ENTRY_OPTIONS, ...MIRROR_SLIM_OPTIONS, ...EDITS };

/** Options of a run, whether there is one or many. */
const RUN_OPTIONS: OptionTable = Object.fromEntries(
  Object.entries<Option>(MIRROR_OPTIONS).filter(([name]) => !(name in { ...OF_ENTRIES, ...WATCH })),
);

const entryOf = (flags: MirrorFlags): Partial<MirrorEntry> => {
  const { entry: chosen } = libraryOptions<{ readonly entry: MirrorEntry }>(
    MIRROR_ENTRY_OPTIONS,
    flags,
  );
  const { deleteGone: atMost, recheckReferrers } = flags;
  const { edits } = libraryOptions<{ readonly edits: ImageEdits }>(EDITS, flags);
  const entry: Partial<MirrorEntry> = {
    ...chosen,
    ...(edits && { edits }),
    ...(atMost !== undefined && { gone: { atMost } }),
    ...(recheckReferrers && { referrers: 'recheck' }),
  };
  const slim = libraryOptions<MirrorSlimOptions>(MIRROR_SLIM_OPTIONS, flags);
  const given = firstGiven(MIRROR_SLIM_OPTIONS, flags);
  if (given === undefined) return entry;
  if (entry.copy)
    throw new ReslimError('usage', `--copy leaves all files of an image, yet there is --${given}`, {
      hint: 'leave one of the two out',
    });
  return { ...entry, slim };
};

const refuseEntryFlags = (flags: MirrorFlags, file: string): void => {
  const given = firstGiven(OF_ENTRIES, flags);
  if (given === undefined) return;
  throw new ReslimError('usage', `--${given} is for a SOURCE with a TARGET`, {
    hint: `write it into the mirror file, ${file}, or name a TARGET`,
  });
};

const firstGiven = (table: OptionTable, flags: object): string | undefined =>
  Object.keys(table).find(
    (name) => (flags as Readonly<Record<string, unknown>>)[camelCase(name)] !== undefined,
  );

/** A name that is no file was perhaps meant to be a source. */
const orMissingTarget = (error: unknown): never => {
  if (!(error instanceof ReslimError) || error.code !== 'not-found') throw error;
  throw new ReslimError('usage', error.message, {
    hint: 'name a mirror file, or a SOURCE and a TARGET',
    cause: error,
  });
};
