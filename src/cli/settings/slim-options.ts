import { ReslimError } from '../../base/errors.ts';
import type { SlimOptions } from '../../index.ts';
import { camelCase, type Option } from '../../options/option.ts';
import { SLIM_OPTIONS, type Settings, type SlimFlags } from '../../options/slim-options.ts';
import { libraryOptions } from './library-options.ts';
import { sourceDateEpoch } from './parse-value.ts';

/** What to do, from the command line, then the settings file, then the environment. Throws `usage`. */
export const slimOptions = (
  source: string,
  flags: SlimFlags,
  settings: Settings = {},
): SlimOptions => ({ ...howToSlim(flags, settings), source, dryRun: isDryRun(flags) });

/** The part of it that holds for any image. */
export const howToSlim = (
  flags: SlimFlags,
  settings: Settings,
): Omit<SlimOptions, 'source' | 'dryRun'> => {
  const packs = flags.upx ?? settings.upx ?? false;
  if (!packs) refusePackingDetails(flags);
  const table = Object.entries<Option>(SLIM_OPTIONS).filter(
    ([, option]) => packs || !isOfUpx(option),
  );
  // `--profile` on the command line is about all rules: `--profile none` must not meet a profile file.
  const fileSays = flags.profile === undefined ? settings : { ...settings, profileFile: undefined };
  const options = libraryOptions<SlimOptions>(Object.fromEntries(table), flags, fileSays);
  const timestamp = options.timestamp ?? sourceDateEpoch();
  return { ...options, ...(timestamp !== undefined && { timestamp }) };
};

/** A question about a path needs no target: it is answered and that is all. */
export const isDryRun = ({ dryRun, output, explain = [] }: SlimFlags): boolean =>
  dryRun === true || (output === undefined && explain.length > 0);

const isOfUpx = ({ library }: Option): boolean => library?.startsWith('upx.') ?? false;

const refusePackingDetails = (flags: SlimFlags): void => {
  for (const [name, option] of Object.entries<Option>(SLIM_OPTIONS)) {
    if (!isOfUpx(option) || (flags as Record<string, unknown>)[camelCase(name)] === undefined)
      continue;
    throw new ReslimError('usage', `--${name} has no effect without --upx`);
  }
};
