import type { RebasedImage, RebaseProblem } from '../api/rebase.ts';
import { throwIfAborted } from '../base/errors.ts';
import { checkLibraries } from './check-libraries.ts';
import { checkPackages } from './check-packages.ts';
import { checkPrograms } from './check-programs.ts';
import { checkRuntimes } from './check-runtimes.ts';
import { checkUsers } from './check-users.ts';
import { findHidden } from './find-hidden.ts';
import { newSwap, type RebaseCheck, type Swap } from './swap.ts';

/** In the order in which problems are shown. */
const CHECKS: Readonly<Record<RebaseProblem['check'], RebaseCheck>> = {
  libraries: checkLibraries,
  programs: checkPrograms,
  runtimes: checkRuntimes,
  users: checkUsers,
  packages: checkPackages,
};

/** More of one image are left out: on another distribution, every program has one. */
const MAX_PROBLEMS = 1000;

/** Whether the layers of an image have on its new base what they need, found without running anything. */
export const checkSwap = async (
  views: Omit<Swap, 'own'>,
  signal: AbortSignal | undefined,
): Promise<Pick<RebasedImage, 'problems' | 'hidden'>> => {
  const swap = newSwap(views);
  const problems: RebaseProblem[] = [];
  for (const [check, find] of Object.entries(CHECKS)) {
    throwIfAborted(signal);
    await find(swap, (problem) => {
      if (problems.length < MAX_PROBLEMS)
        problems.push({ check: check as RebaseProblem['check'], ...problem });
    });
  }
  return { problems, hidden: await findHidden(swap) };
};
