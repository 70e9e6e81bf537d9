import { showPath } from '../base/byte-path.ts';
import type { Config } from '../oci/config.ts';
import { pathOf } from '../tree/node.ts';
import type { Profile } from '../profiles/rule.ts';
import type { Survey } from './survey.ts';

/** A profile in use, and why. */
export interface ActiveProfile {
  readonly profile: Profile;
  /** Text: a path, a variable, the option that named it. */
  readonly evidence: string;
}

/** Picks the profiles for which the image shows one of their signs. */
export const detectProfiles = (
  profiles: readonly Profile[],
  survey: Survey,
  config: Config,
): ActiveProfile[] =>
  profiles.flatMap((profile) => {
    const evidence = evidenceFor(profile, survey, config);
    return evidence === undefined ? [] : [{ profile, evidence }];
  });

const evidenceFor = ({ detect }: Profile, survey: Survey, config: Config): string | undefined => {
  if (detect.always) return 'every image';
  for (const glob of detect.paths ?? []) {
    const [node] = survey.get(glob) ?? [];
    if (node) return showPath(pathOf(node));
  }
  const name = detect.env?.find((each) =>
    config.runtime.env.some((pair) => pair.startsWith(`${each}=`)),
  );
  return name === undefined ? undefined : `$${name}`;
};

/** Globs that detection and the requirements of rules look up in the survey. */
export const surveyedGlobs = (profiles: readonly Profile[]): string[] =>
  profiles.flatMap(({ detect, rules }) => [
    ...(detect.paths ?? []),
    ...rules.flatMap(({ requires }) => [...(requires?.exists ?? []), ...(requires?.absent ?? [])]),
  ]);
