import { COMPRESSIONS } from '../oci/media-type.ts';

/**
 * How much rules may remove. `safe`: caches and leftovers of the build. `lean`: documentation and
 * development files, too; the application runs the same, but a person in the container may miss them.
 */
export const LEVELS = ['safe', 'lean'] as const;
export type Level = (typeof LEVELS)[number];

/** The layers of the new image: all merged into one, or each slimmed separately. */
export const SQUASHES = ['all', 'none'] as const;
export type Squash = (typeof SQUASHES)[number];

/** How layers of the new image are stored: as they are, or each in the same way. */
export const COMPRESSION_CHOICES: readonly ['keep', ...typeof COMPRESSIONS] = [
  'keep',
  ...COMPRESSIONS,
];
export type CompressionChoice = (typeof COMPRESSION_CHOICES)[number];

/** Which size must become smaller for a program to be packed: that of the stored layer, or that on disk. */
export const UPX_GOALS = ['compressed', 'unpacked'] as const;
export type UpxGoal = (typeof UPX_GOALS)[number];

/** What of the source, beside its size, may end a run with the code `policy`. */
export const FAILURE_CHOICES = ['secrets'] as const;
export type FailureChoice = (typeof FAILURE_CHOICES)[number];

/** When progress is shown. `auto`: on a terminal, and in CI a line for each stage. */
export const PROGRESS_CHOICES = ['auto', 'always', 'never'] as const;
