import type { MirrorEntry, MirrorJob, MirrorJobSettings } from '../api/mirror.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { entryTarget, type NamedImage } from './entry-target.ts';

/** The job for an image of an entry, named in full. Throws `usage` where the entry gives it no name at the target. */
export const entryJob = (entry: MirrorEntry, source: string, named: NamedImage): MirrorJob => {
  const target = entryTarget(entry, named);
  return {
    id: hexOf(digestOf(Buffer.from(target))).slice(0, ID_LENGTH),
    entry: entryName(entry),
    source,
    target,
    settings: jobSettings(entry),
  };
};

export const entryName = ({ name, from }: MirrorEntry): string => name ?? from;

/** Digits: enough for a million targets without two alike. */
const ID_LENGTH = 24;

const JOB_SETTINGS = [
  'minAge',
  'maxAge',
  'platforms',
  'copy',
  'slim',
  'edits',
  'referrers',
  'backup',
  'priority',
] as const satisfies readonly (keyof MirrorJobSettings)[];

const jobSettings = (entry: MirrorEntry): MirrorJobSettings =>
  Object.fromEntries(
    JOB_SETTINGS.flatMap((key) => (entry[key] === undefined ? [] : [[key, entry[key]]])),
  );
