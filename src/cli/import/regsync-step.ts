import type { MirrorEntryText, MirrorSettingsText } from '../settings/mirror-schema.ts';
import { fillTemplate } from './go-values.ts';
import type { Draft } from './mirror-draft.ts';
import type { RegsyncSettings, RegsyncStep, RegsyncTags } from './regsync-schema.ts';
import { importSettings, type RegsyncContext } from './regsync-settings.ts';
import { repositoryGlobs } from './repository-globs.ts';
import { wholeTag } from './tag-patterns.ts';
import { REGSYNC_VERSIONS, regsyncRange } from './version-ranges.ts';

/** What one of its steps becomes. */
interface ImportedStep {
  readonly drafts: readonly Draft<MirrorEntryText>[];
  /** The registry it reads, and how many pulls must be left there. */
  readonly sourceHost?: string | undefined;
  readonly floor?: number | undefined;
}

/** A step of its list `sync`: an entry, or several where it has several sets of tags. */
export const importStep = (
  step: RegsyncStep,
  defaults: RegsyncSettings,
  path: readonly PropertyKey[],
  context: RegsyncContext,
): ImportedStep => {
  const refuse = (key: string, message: string): ImportedStep => ({
    drafts: [
      { comments: [context.note([...path, key], `${step.source} to ${step.target}: ${message}`)] },
    ],
  });
  const source = fillTemplate(step.source);
  if (source === undefined) return refuse('source', 'a template that has no counterpart');
  const target = fillTemplate(step.target, { '.Sync.Source': source });
  if (target === undefined) return refuse('target', 'a template that has no counterpart');
  const places = placesOf({ ...step, source, target });
  if (!places) return refuse('repos', 'repositories that globs cannot name');
  const tagSets = step.type === 'image' ? [[]] : tagSetsOf(step).map(patternsOf);
  if (tagSets.includes(undefined))
    return refuse('tags', 'a range of versions that has no counterpart');
  const { value: own, comments } = importSettings(withoutInherited(step, defaults), path, context);
  const platforms = step.platforms ?? (step.platform === undefined ? undefined : [step.platform]);
  const settings: MirrorSettingsText = {
    ...(platforms && { platforms: platforms.length === 1 ? platforms[0] : platforms }),
    ...own,
  };
  return {
    drafts: tagSets.map((tags = [], at) => ({
      value: { ...places, ...(tags.length > 0 && { tags }), ...settings },
      comments: at === 0 ? comments : [],
    })),
    sourceHost: step.type === 'registry' ? source.split('/', 1)[0] : hostOf(source),
    floor: Number(step.ratelimit?.min ?? defaults.ratelimit?.min) || undefined,
  };
};

type Places = Pick<MirrorEntryText, 'from' | 'to'>;

const placesOf = ({ source, target, type, repos }: RegsyncStep): Places | undefined => {
  if (type === 'image') return { from: withTag(source), to: withTag(target) };
  if (type === 'repository') return { from: source, to: target };
  const globs = repositoryGlobs(repos ?? {});
  if (type !== 'registry' || !globs) return undefined;
  const from = globs.map((glob) => `${source}/${glob}`);
  return {
    from: from.length === 1 ? (from[0] as string) : from,
    to: `${target.replace(/\/+$/, '')}/{repository}`,
  };
};

const withTag = (name: string): string => (/[:@][^/]*$/.test(name) ? name : `${name}:latest`);

const hostOf = (source: string): string => {
  const [first = ''] = source.split('/', 1);
  return source.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
};

/** Tags that fit any of these are taken; without any set, all are. */
const tagSetsOf = ({ tags, tagSets }: RegsyncStep): readonly RegsyncTags[] => {
  const isSaid = ({ allow, deny, semverRange }: RegsyncTags): boolean =>
    [allow, deny, semverRange].some((list) => (list ?? []).length > 0);
  const sets = [...(tagSets ?? []), ...(tags && isSaid(tags) ? [tags] : [])];
  return sets.length > 0 ? sets : [{}];
};

const patternsOf = ({ allow, deny, semverRange }: RegsyncTags): string[] | undefined => {
  const ranges = (semverRange ?? []).filter((range) => range !== '').map(regsyncRange);
  if (ranges.includes(undefined)) return undefined;
  const allowed = (allow ?? []).map(wholeTag);
  const versions = ranges.length > 0 && allowed.length === 0 ? [REGSYNC_VERSIONS] : [];
  return [
    ...(ranges as string[]),
    ...versions,
    ...allowed,
    ...(deny ?? []).map((each) => `!${wholeTag(each)}`),
  ];
};

/** What a step says differently; a schedule of its own replaces an interval, and the other way round. */
const withoutInherited = (step: RegsyncStep, defaults: RegsyncSettings): RegsyncSettings => {
  const own = { ...step };
  for (const key of ['backup', 'digestTags', 'referrers'] as const)
    if (own[key] === defaults[key]) delete own[key];
  return own;
};
