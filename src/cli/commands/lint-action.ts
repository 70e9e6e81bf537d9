import { ReslimError } from '../../base/errors.ts';
import type { SlimResult } from '../../index.ts';
import type { LintFlags } from '../../options/read-options.ts';
import { loadProfileFile } from '../../profiles/load-profile.ts';
import type { Profile } from '../../profiles/rule.ts';
import { loadShippedProfiles } from '../../profiles/shipped-profiles.ts';
import { formatFindings } from '../../report/format-profile-test.ts';
import { formatCounted } from '../../report/format-number.ts';
import { createPalette, wantsColour } from '../../report/palette.ts';
import { lintProfile, type Finding } from '../../rules/lint-profile.ts';
import { YamlError, type YamlProblem } from '../../yaml/yaml-error.ts';
import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';
import { tryProfile } from './try-profile.ts';

/**
 * `reslim profiles lint`: what is wrong with files, and rules that can never act; with images, also
 * rules that take nothing from any of them.
 */
export const runLint = async ({
  operands: { files },
  flags,
  signal,
}: Call<{ readonly files: readonly string[] }, LintFlags>): Promise<void> => {
  const shipped = await loadShippedProfiles();
  const sources = files.length === 0 ? shipped.map(asSource) : await Promise.all(files.map(read));
  const findings: Finding[] = [];
  for (const { place, profile, problems } of sources) {
    findings.push(...problems);
    if (!profile) continue;
    const others = files.length === 0 ? shipped.filter((each) => each !== profile) : shipped;
    findings.push(...lintProfile(profile, others));
    const images = flags.image ?? [];
    const reports = [];
    for (const image of images)
      reports.push(...(await tryProfile(place, image, { flags, signal })));
    if (images.length > 0) findings.push(...idleRules(profile, reports));
  }
  const rules = sources.flatMap(({ profile }) => profile?.rules ?? []);
  const palette = createPalette(wantsColour(process.stdout, process.env));
  await writeLines(process.stdout, [`${formatFindings(findings, rules.length, palette)}\n`]);
  const broken = sources.filter(({ profile }) => !profile).map(({ place }) => place);
  if (broken.length > 0) throw new ReslimError('usage', `no valid profile: ${broken.join(', ')}`);
  if (findings.length > 0)
    throw new ReslimError(
      'policy',
      `findings in ${formatCounted(rules.length, 'rule')}: ${findings.length}`,
    );
};

/** A profile to check, or the mistakes in its file. */
interface Source {
  /** Its path, or the name of one that comes with reslim. */
  readonly place: string;
  readonly profile: Profile | undefined;
  readonly problems: readonly Finding[];
}

const asSource = (profile: Profile): Source => ({ place: profile.name, profile, problems: [] });

const read = async (place: string): Promise<Source> => {
  try {
    return { place, profile: await loadProfileFile(place), problems: [] };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { place, profile: undefined, problems: error.problems.map(asFinding) };
  }
};

const asFinding = ({ place, message, hint }: YamlProblem): Finding => ({
  rule: place,
  problem: hint === undefined ? message : `${message} (${hint})`,
});

const idleRules = ({ name, rules }: Profile, reports: SlimResult['images']): Finding[] => {
  const acting = new Set(reports.flatMap(({ dropped }) => dropped.map(({ rule }) => rule)));
  return rules
    .map(({ id }) => `${name}/${id}`)
    .filter((id) => !acting.has(id))
    .map((rule) => ({ rule, problem: 'takes nothing from the images given' }));
};
