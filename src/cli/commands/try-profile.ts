import { slim, type SlimOptions, type SlimResult } from '../../index.ts';
import { TRIAL_OPTIONS, type TrialFlags } from '../../options/read-options.ts';
import { libraryOptions } from '../settings/library-options.ts';

/** The whole decision about an image with one profile, by name or path, at `lean`. Nothing is written. */
export const tryProfile = async (
  profile: string,
  image: string,
  { flags, signal }: { readonly flags: TrialFlags; readonly signal: AbortSignal },
): Promise<SlimResult['images']> => {
  const isFile = isProfilePath(profile);
  const { images } = await slim({
    ...libraryOptions<SlimOptions>(TRIAL_OPTIONS, flags),
    source: image,
    dryRun: true,
    level: 'lean',
    profiles: isFile ? ['none'] : [profile],
    profileFiles: isFile ? [profile] : [],
    signal,
  });
  return images;
};

/** Whether a word is the path of a profile: names have neither dots nor slashes. */
export const isProfilePath = (word: string): boolean => /[./\\]/.test(word);
