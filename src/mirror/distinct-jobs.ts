import type { MirrorJob } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';

/**
 * Leaves out what an earlier job does: entries with one source may choose the same tags, and the first of them says how.
 * Throws `usage` where two images would get one name: the second would replace the first in every run.
 */
export const distinctJobs = (jobs: readonly MirrorJob[]): MirrorJob[] => {
  const sources = new Map<string, string>();
  return jobs.filter(({ target, source }) => {
    const other = sources.get(target);
    if (other !== undefined && other !== source)
      throw new ReslimError('usage', `${other} and ${source} would both be ${target}`, {
        hint: 'give one of them another name, with {repository} in `to` or with tag-as',
      });
    sources.set(target, source);
    return other === undefined;
  });
};
