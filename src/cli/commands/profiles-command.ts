import { ReslimError } from '../../base/errors.ts';
import type { ImageReport } from '../../index.ts';
import { formatFindings, formatProfileTest } from '../../report/format-profile-test.ts';
import { formatProfile, formatProfileList } from '../../report/format-profiles.ts';
import { formatCounted } from '../../report/format-number.ts';
import { createPalette, wantsColour, type Palette } from '../../report/palette.ts';
import { closestWord } from '../../yaml/closest-word.ts';
import { lintProfile, type Finding } from '../../rules/lint-profile.ts';
import { loadProfileFile } from '../../profiles/load-profile.ts';
import { loadShippedProfiles } from '../../profiles/shipped-profiles.ts';
import type { Profile } from '../../profiles/rule.ts';
import { writeLines } from '../display/output.ts';

/** `reslim profiles`: the profiles that come with reslim. */
export const listProfiles = async (): Promise<void> =>
  print(formatProfileList(await loadShippedProfiles(), palette()));

/** `reslim profiles show`: one of them, or one of the user's own files. */
export const showProfile = async (name: string): Promise<void> =>
  print(formatProfile(await findProfile(name), palette()));

/** `reslim profiles test`: what each rule of a file takes from an image, at either level. */
export const testProfile = async (
  file: string,
  image: string,
  signal: AbortSignal,
): Promise<void> => {
  const profile = await findProfile(file);
  await print(formatProfileTest(profile, await tryOn(file, profile, image, signal), palette()));
};

/** `reslim profiles lint`: rules that can never act; with images, also those that take nothing from any. */
export const lintProfiles = async (
  files: readonly string[],
  images: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const shipped = await loadShippedProfiles();
  const profiles =
    files.length === 0 ? shipped : await Promise.all(files.map((file) => loadProfileFile(file)));
  const findings = profiles.flatMap((profile) =>
    lintProfile(profile, files.length === 0 ? shipped.filter((each) => each !== profile) : shipped),
  );
  for (const [at, profile] of profiles.entries()) {
    const reports: ImageReport[] = [];
    for (const image of images)
      reports.push(...(await tryOn(files[at] ?? profile.name, profile, image, signal)));
    if (images.length > 0) findings.push(...idleRules(profile, reports));
  }
  const rules = profiles.flatMap((profile) => profile.rules);
  await print(formatFindings(findings, rules.length, palette()));
  if (findings.length > 0)
    throw new ReslimError(
      'policy',
      `findings in ${formatCounted(rules.length, 'rule')}: ${findings.length}`,
    );
};

const idleRules = ({ name, rules }: Profile, reports: readonly ImageReport[]): Finding[] => {
  const acting = new Set(reports.flatMap(({ dropped }) => dropped.map(({ rule }) => rule)));
  return rules
    .map(({ id }) => `${name}/${id}`)
    .filter((id) => !acting.has(id))
    .map((rule) => ({ rule, problem: 'takes nothing from the images given' }));
};

/** The whole decision about an image with one profile at `lean`, nothing written. */
const tryOn = async (
  place: string,
  { name }: Profile,
  image: string,
  signal: AbortSignal,
): Promise<readonly ImageReport[]> => {
  const { slim } = await import('../../index.ts');
  const isFile = isPath(place);
  const { images } = await slim({
    source: image,
    dryRun: true,
    level: 'lean',
    profiles: isFile ? ['none'] : [name],
    profileFiles: isFile ? [place] : [],
    signal,
  });
  return images;
};

const findProfile = async (name: string): Promise<Profile> => {
  if (isPath(name)) return loadProfileFile(name);
  const shipped = await loadShippedProfiles();
  const found = shipped.find((each) => each.name === name);
  if (found) return found;
  const names = shipped.map((each) => each.name);
  const near = closestWord(name, names);
  throw new ReslimError('not-found', `no profile named ${name}`, {
    hint: near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
};

/** Names of profiles have neither dots nor slashes. */
const isPath = (name: string): boolean => /[./\\]/.test(name);

const palette = (): Palette => createPalette(wantsColour(process.stdout, process.env));

const print = (text: string): Promise<void> => writeLines(process.stdout, [`${text}\n`]);
