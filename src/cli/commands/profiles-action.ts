import { ReslimError } from '../../base/errors.ts';
import type { TrialFlags } from '../../options/read-options.ts';
import { loadProfileFile } from '../../profiles/load-profile.ts';
import type { Profile } from '../../profiles/rule.ts';
import { loadShippedProfiles } from '../../profiles/shipped-profiles.ts';
import { formatProfileTest } from '../../report/format-profile-test.ts';
import { formatProfile, formatProfileList } from '../../report/format-profiles.ts';
import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { closestWord } from '../../yaml/closest-word.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { isProfilePath, tryProfile } from './try-profile.ts';

/** `reslim profiles list`: the profiles that come with reslim. */
export const listProfiles = async (): Promise<void> =>
  print(formatProfileList(await loadShippedProfiles(), palette()));

/** `reslim profiles show`: one of them, or one of the user's own files. */
export const showProfile = async ({
  operands: { profile },
}: Call<{ readonly profile: string }>): Promise<void> =>
  print(formatProfile(await findProfile(profile), palette()));

/** `reslim profiles test`: what each rule of a profile takes from an image, at any level. */
export const testProfile = async ({
  operands: { profile: name, image },
  flags,
  signal,
}: Call<{ readonly profile: string; readonly image: string }, TrialFlags>): Promise<void> => {
  const profile = await findProfile(name);
  const reports = await tryProfile(name, image, { flags, signal });
  await print(formatProfileTest(profile, reports, palette()));
};

const findProfile = async (name: string): Promise<Profile> => {
  if (isProfilePath(name)) return loadProfileFile(name);
  const shipped = await loadShippedProfiles();
  const found = shipped.find((each) => each.name === name);
  if (found) return found;
  const names = shipped.map((each) => each.name);
  const near = closestWord(name, names);
  throw new ReslimError('not-found', `no profile named ${name}`, {
    hint: near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
};

const palette = (): Palette => createPalette(wantsColour(process.stdout, process.env));

const print = (text: string): Promise<void> => writeLines(process.stdout, [`${text}\n`]);
