/**
 * How much a rule may take. `safe`: caches and leftovers nothing reads again. `lean`: documentation
 * and development files; the application runs the same, but a person inside the container may miss them.
 */
export const LEVELS = ['safe', 'lean'] as const;
export type Level = (typeof LEVELS)[number];

/** How many layers come out: one with everything, or each for itself. */
export const SQUASHES = ['all', 'none'] as const;
export type Squash = (typeof SQUASHES)[number];

/** What a packed file must save: bytes of the stored layer, or bytes on disk. */
export const UPX_GOALS = ['compressed', 'unpacked'] as const;
export type UpxGoal = (typeof UPX_GOALS)[number];
