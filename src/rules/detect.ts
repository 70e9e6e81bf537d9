import { showPath } from '../base/byte-path.ts';
import type { Config } from '../oci/config.ts';
import { pathOf } from '../tree/node.ts';
import type { Profile } from '../profiles/rule.ts';
import type { Survey } from './survey.ts';

/** A profile that takes part in a run, and why. */
export interface ActiveProfile {
  readonly profile: Profile;
  readonly evidence: string;
}

/** Picks the profiles whose signs the image shows. */
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

/** Globs that detection and the requirements of rules will ask the survey about. */
export const surveyedGlobs = (profiles: readonly Profile[]): string[] =>
  profiles.flatMap(({ detect, rules }) => [
    ...(detect.paths ?? []),
    ...rules.flatMap(({ requires }) => [...(requires?.exists ?? []), ...(requires?.absent ?? [])]),
  ]);
