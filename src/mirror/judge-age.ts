import type { MirrorJobSettings, MirrorStatus } from '../api/mirror.ts';

/** Why an image is not mirrored, by its age. */
export interface AgeProblem {
  readonly status: Extract<MirrorStatus, 'waiting' | 'left-out'>;
  readonly reason: string;
  /** From when on it is old enough. */
  readonly nextTry?: string | undefined;
}

/**
 * Whether an image is too young or too old. `published` is when it was published at the earliest, in milliseconds since
 * 1970; -Infinity if nobody knows: then it is as old as can be.
 */
export const judgeAge = (
  { minAge = 0, maxAge = Infinity }: Pick<MirrorJobSettings, 'minAge' | 'maxAge'>,
  published: number,
  now: number,
): AgeProblem | undefined => {
  const age = now - published;
  if (age < minAge) {
    const nextTry = new Date(published + minAge).toISOString();
    return { status: 'waiting', reason: `too young until ${nextTry}`, nextTry };
  }
  if (age > maxAge && Number.isFinite(published))
    return { status: 'left-out', reason: `too old: made ${new Date(published).toISOString()}` };
  return undefined;
};

/** When the newest of its images was made, by what their configs say. */
export const newestTime = (
  images: readonly { readonly created?: string | undefined }[],
): number | undefined => {
  const times = images.flatMap(({ created = '' }) => Date.parse(created) || []);
  return times.length === 0 ? undefined : Math.max(...times);
};
