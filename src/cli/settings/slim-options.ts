import { ReslimError } from '../../base/errors.ts';
import type { SlimOptions, UpxOptions } from '../../index.ts';
import type { Settings } from './settings.ts';

import { networkOptions } from './network-options.ts';
import { parseTimestamp, sourceDateEpoch, words } from './parse-value.ts';
import { limitOptions } from './limit-options.ts';
import type { Flags } from '../program.ts';

/** What to do, from the command line, then `.reslim.yaml`, then the environment. Throws `usage`. */
export const slimOptions = (source: string, flags: Flags, settings: Settings = {}): SlimOptions => {
  // `--profile` on the command line is about all rules: `--profile none` must not meet a profile file.
  const ofSettings = flags.profile === undefined ? settings : {};
  return {
    source,
    target: flags.output,
    dryRun: isDryRun(flags),
    profiles: flags.profile ?? ofSettings.profile,
    profileFiles: [...(ofSettings.profileFile ?? []), ...(flags.profileFile ?? [])],
    level: flags.level ?? settings.level,
    keep: [...(settings.keep ?? []), ...flags.keep],
    drop: [...(settings.drop ?? []), ...flags.drop],
    strip: flags.strip ?? settings.strip,
    upx: upxOptions(flags, settings),
    dedupe: flags.dedupe ?? settings.dedupe,
    squash: flags.squash ?? settings.squash,
    compression: flags.compression ?? settings.compression,
    compressionLevel: flags.compressionLevel ?? settings.compressionLevel,
    platform: flags.platform ?? onePlatform(settings),
    timestamp: flags.timestamp ?? timestampOf(settings) ?? sourceDateEpoch(),
    maxSize: flags.maxSize,
    attest: flags.attest,
    explain: flags.explain,
    limits: limitOptions(flags),
    network: networkOptions(flags),
  };
};

/** A question about a path needs no target: it is answered and that is all. */
export const isDryRun = ({ dryRun, output, explain }: Flags): boolean =>
  dryRun === true || (output === undefined && explain.length > 0);

const upxOptions = (
  { upx, upxArgs, brute, upxGoal }: Flags,
  settings: Settings,
): UpxOptions | undefined => {
  if (upx ?? settings.upx) {
    const args = upxArgs ?? (settings.upxArgs === undefined ? undefined : words(settings.upxArgs));
    return { args, brute, goal: upxGoal ?? settings.upxGoal };
  }
  const flag = upxArgs ? '--upx-args' : brute ? '--brute' : upxGoal && '--upx-goal';
  if (flag === undefined) return undefined;
  throw new ReslimError('usage', `${flag} says how to pack, but --upx is not there`);
};

const onePlatform = ({ platform }: Settings): string | undefined => {
  if (platform === undefined || platform.length === 1) return platform?.[0];
  throw new ReslimError('usage', 'platform names more than one, .reslim.yaml', {
    hint: 'name one, or leave it out to slim all images of an index',
  });
};

const timestampOf = ({ timestamp }: Settings): number | undefined =>
  timestamp === undefined ? undefined : parseTimestamp(timestamp);
