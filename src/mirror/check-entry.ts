import type { MirrorEntry } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';
import { readEdits } from '../edits/read-edits.ts';
import { isTag, parseImageName } from '../oci/image-name.ts';
import { tagQuery } from '../tags/tag-query.ts';
import { entrySource, isElsewhere, withoutPrefix, type EntrySource } from './entry-source.ts';
import { entryTarget } from './entry-target.ts';
import { sampleName } from './sample-name.ts';

/** What is wrong with a member of an entry. */
export interface EntryProblem {
  readonly member: keyof MirrorEntry;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The entry can be mirrored all the same. */
  readonly isWarning?: true;
}

/** Finds what is wrong with an entry, by its text alone: all of it at once. */
export const checkEntry = (entry: MirrorEntry): EntryProblem[] => {
  const wrongFrom = problemsOfFrom(entry);
  const names = wrongFrom.length > 0 ? wrongFrom : problemsOfTo(entry);
  return [
    ...names,
    ...problemsOfTags(entry),
    ...problemsOfEdits(entry),
    ...contradictions(entry),
    ...problemsOfBackup(entry),
  ];
};

/** What an entry may yield, as far as its text tells. */
export interface SourceShape {
  /** One image, by tag or digest. */
  readonly isImage: boolean;
  /** Several repositories. */
  readonly isGlob: boolean;
}

export const shapeOf = (from: string): SourceShape => {
  const kind = sourceKind(from);
  return { isImage: kind === 'image', isGlob: kind === 'catalog' };
};

const sourceKind = (from: string): EntrySource['kind'] | undefined => {
  try {
    return entrySource(from).kind;
  } catch {
    return undefined;
  }
};

const problemsOfFrom = ({ from }: MirrorEntry): EntryProblem[] =>
  problemsIn('from', () => {
    const { kind } = entrySource(from);
    // Capitals, for one, are in no name that the catalog could have.
    if (kind === 'catalog') parseImageName(sampleName(withoutPrefix(from)));
  });

const problemsOfTo = (entry: MirrorEntry): EntryProblem[] => {
  const { from, to, tagAs = '{tag}' } = entry;
  const { isGlob, isImage } = shapeOf(from);
  const problems = problemsIn('to', () => entryTarget(entry, sampleImage(from)));
  if (problems.length > 0) return problems;
  if (isGlob && !/\{(name|repository)\}/.test(to)) {
    const hint = 'write {repository}, or {name} for the last part of it';
    problems.push({ member: 'to', message: 'all repositories would go to one place', hint });
  }
  const named = `${to} ${tagAs}`;
  if (!isImage && !isOneTag(entry) && (namesTag(to) || !named.includes('{tag}'))) {
    const message = 'all tags would get the same name';
    const member = entry.tagAs === undefined ? 'to' : 'tagAs';
    if (!named.includes('{tag}') || !to.includes('{tag}'))
      problems.push({ member, message, hint: 'write {tag} in it' });
  }
  return problems;
};

/** Whether a target in a registry says which tag is meant. */
const namesTag = (to: string): boolean => !isElsewhere(to) && /:[^/]*$/.test(withoutPrefix(to));

const sampleImage = (from: string): { repository?: string; tag: string } => {
  if (isElsewhere(from)) return { repository: 'x/x', tag: 'x' };
  const { repository, tag = 'x' } = parseImageName(sampleName(withoutPrefix(from)));
  return { repository, tag };
};

const isOneTag = ({ tags, digests }: MirrorEntry): boolean => {
  if (tags === undefined) return digests?.length === 1;
  const { names, patterns } = tagQuery(tags);
  return patterns.length === 0 && names.length + (digests?.length ?? 0) === 1;
};

const problemsOfTags = (entry: MirrorEntry): EntryProblem[] => {
  const { isImage } = shapeOf(entry.from);
  const { tags = [], newest } = entry;
  if (isImage)
    return OF_REPOSITORIES.filter((member) => entry[member] !== undefined).map((member) => ({
      member,
      message: '`from` names one image already',
      hint: 'leave this out, or name the repository without a tag',
    }));
  const { names, patterns } = tagQuery(tags);
  const onlyNames = names.length > 0 && patterns.length === 0;
  return [
    ...(newest !== undefined && onlyNames ? [warning('newest', 'all tags are named')] : []),
    ...(newest === undefined && entry.order !== undefined
      ? [warning('order', 'without `newest` all tags are taken')]
      : []),
  ];
};

/** Members that choose among the tags of a repository. */
const OF_REPOSITORIES = ['tags', 'digests', 'newest', 'order', 'gone'] as const;

const warning = (member: keyof MirrorEntry, why: string): EntryProblem => ({
  member,
  message: `no effect: ${why}`,
  isWarning: true,
});

const problemsOfEdits = ({ edits, slim }: MirrorEntry): EntryProblem[] => [
  ...problemsIn('edits', () => readEdits(edits)),
  ...problemsIn('slim', () => readEdits(slim?.edits)),
];

const contradictions = ({
  copy,
  slim,
  edits,
  referrers,
  minAge,
  maxAge,
}: MirrorEntry): EntryProblem[] => [
  ...(copy && slim
    ? [
        {
          member: 'slim',
          message: 'no effect beside `copy: true`',
          hint: slim.edits ? 'what is edited of copies stands in `edits`' : 'leave one of them out',
        } as const,
      ]
    : []),
  ...(referrers && !copy
    ? [
        {
          member: 'referrers',
          message: 'signatures of the source do not hold for a slim image',
          hint: 'leave it out, or write `copy: true`',
        } as const,
      ]
    : []),
  ...(referrers && copy && edits
    ? [
        {
          member: 'referrers',
          message: 'signatures of the source do not hold for an image that is edited',
          hint: 'leave it out, or the edits',
        } as const,
      ]
    : []),
  ...(minAge !== undefined && maxAge !== undefined && minAge >= maxAge
    ? [
        {
          member: 'maxAge',
          message: 'nothing is older than min-age and younger than this',
        } as const,
      ]
    : []),
];

const problemsOfBackup = ({ backup }: MirrorEntry): EntryProblem[] => {
  if (backup === undefined) return [];
  const filled = backup.replaceAll(/\{(tag|digest)\}/g, 'x');
  const [unknown] = /\{[^}]*\}/.exec(filled) ?? [];
  if (unknown !== undefined)
    return [
      { member: 'backup', message: `unknown ${unknown}`, hint: 'there are {tag} and {digest}' },
    ];
  if (!isTag(filled)) return [{ member: 'backup', message: 'not a tag' }];
  return backup === '{tag}'
    ? [{ member: 'backup', message: 'the tag that is overwritten cannot keep the image' }]
    : [];
};

const problemsIn = (member: keyof MirrorEntry, check: () => unknown): EntryProblem[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof ReslimError)) throw error;
    return [{ member, message: error.message, hint: error.hint }];
  }
};
