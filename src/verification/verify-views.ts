import type { ChangedFile, VerifiedImage, VerifyDifference, VerifyOutcome } from '../api/verify.ts';
import { VERIFY_CHECKS, type VerifyCheck } from '../api/vocabulary.ts';
import { throwIfAborted } from '../base/errors.ts';
import { pairNodes } from '../comparison/pair-nodes.ts';
import type { ImageView } from '../image/image-view.ts';
import { madeFromOf } from '../oci/made-from.ts';
import { checkConfig } from './check-config.ts';
import { checkFiles } from './check-files.ts';
import { checkInterpreters } from './check-interpreters.ts';
import { checkLibraries } from './check-libraries.ts';
import { checkLinks } from './check-links.ts';
import { checkPackages } from './check-packages.ts';
import { checkStart } from './check-start.ts';
import { checkUsers } from './check-users.ts';
import type { Check } from './check.ts';
import type { ViewPair } from './view-pair.ts';

const CHECKS: Readonly<Record<VerifyCheck, Check>> = {
  files: checkFiles,
  links: checkLinks,
  libraries: checkLibraries,
  interpreters: checkInterpreters,
  start: checkStart,
  users: checkUsers,
  packages: checkPackages,
  config: checkConfig,
};

/** More differences are counted but not kept: of another image, all files differ. */
const MAX_DIFFERENCES = 1000;

/** Holds a slim image against its original, without running either. */
export const verifyViews = async (
  original: ImageView,
  slim: ImageView,
  signal: AbortSignal | undefined,
): Promise<Pick<VerifiedImage, 'passed' | 'checks' | 'differences' | 'changed'>> => {
  const pair = pairOf(original, slim);
  const checks: VerifyOutcome[] = [];
  const differences: VerifyDifference[] = [];
  const changed: ChangedFile[] = [];
  for (const check of VERIFY_CHECKS) {
    let [checked, different] = [0, 0];
    await CHECKS[check](pair, {
      look: () => {
        throwIfAborted(signal);
        checked++;
      },
      differ: (where, message) => {
        if (++different <= MAX_DIFFERENCES) differences.push({ check, where, message });
      },
      change: (file) => changed.push(file),
    });
    checks.push({ check, checked, different });
  }
  return { passed: checks.every(({ different }) => different === 0), checks, differences, changed };
};

const pairOf = (original: ImageView, slim: ImageView): ViewPair => ({
  original,
  slim,
  kept: [...pairNodes(original.tree().root, slim.tree().root)].flatMap(({ before, after }) =>
    after ? [{ before, after }] : [],
  ),
  recipe: madeFromOf(slim.image)?.recipe ?? '',
});
