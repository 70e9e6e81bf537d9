import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { canAppend, canMerge, canPrepend } from '../rewrite/can-merge.ts';
import type { Change } from '../rewrite/change.ts';
import { runGroups } from '../run-groups.ts';
import { commandsOf, verbOf, type Command } from '../shell/commands.ts';
import { ownFiles, sizeOf, type Step, type StoredFile, type Subject } from '../subject.ts';
import { APT_CACHE } from './cache-kinds.ts';

/**
 * The lists of `apt-get update` and the packages that were downloaded. What fetches the lists, what uses them and what
 * removes them must be one `RUN`, which is why those that follow each other are merged.
 */
export const cleanApt: Practice = {
  id: 'clean-apt',
  title: 'Update, install and clean the lists of apt in one RUN',
  source: 'https://docs.docker.com/build/building/best-practices/#apt-get',
  find: (subject) => {
    const files = ownFiles(subject).filter(({ names }) =>
      names.every((name) => APT_CACHE.test(name)),
    );
    if (!isWorthwhile(sizeOf(files), subject)) return [];
    return runGroups(subject.steps).flatMap((group) => findInGroup(group, files, subject));
  },
};

const findInGroup = (
  group: readonly Step[],
  files: readonly StoredFile[],
  subject: Subject,
): Finding[] => {
  const calls = group.filter(({ instruction }) => commandsOf(instruction).some(usesLists));
  const [first, last] = [calls[0], calls.at(-1)];
  if (!first || !last) return [];
  const members = group.slice(group.indexOf(first), group.indexOf(last) + 1);
  const layers = new Set(members.map(({ layer }) => layer));
  const own = files.filter(({ layer }) => layers.has(layer));
  if (!isWorthwhile(sizeOf(own), subject)) return [];
  const later = laterUsers(last, subject);
  // Where a later RUN could not fetch the lists itself, they must stay.
  const isPossible = later.every(
    ({ instruction }) => canPrepend(instruction) && canAppend(instruction),
  );
  const changes = isPossible ? changesFor(members, own) : [];
  return [
    {
      message: wordsOf({ members, later, isEdited: changes.length > 0 }),
      files: own,
      step: first,
      changes: [...changes, ...(changes.length > 0 ? later.flatMap(onItsOwn) : [])],
    },
  ];
};

const changesFor = (members: readonly Step[], files: readonly StoredFile[]): Change[] => {
  const instructions = members.map(({ instruction }) => instruction);
  const [first, last] = [instructions[0], instructions.at(-1)];
  if (!first || !last || !canAppend(last)) return [];
  const isMerged = instructions.length > 1;
  if (isMerged && !canMerge(instructions)) return [];
  const updates = commandsOf(first).some(
    (command) => isApt(command) && verbOf(command)?.value === 'update',
  );
  const hasArchives = files.some(({ path }) => /^\/var\/cache\/apt\/archives\/./.test(path));
  const cleaning = [...(hasArchives ? ['apt-get clean'] : []), CLEAN];
  return [
    ...(isMerged ? [{ kind: 'merge', instructions } as const] : []),
    ...(updates || !canPrepend(first)
      ? []
      : [{ kind: 'prepend', instruction: first, command: 'apt-get update' } as const]),
    ...cleaning.map((command): Change => ({ kind: 'append', instruction: last, command })),
  ];
};

/** `RUN`s of other groups that used the lists so far, and have to fetch them when they are gone. */
const laterUsers = (after: Step, { steps }: Subject): readonly Step[] =>
  steps.slice(steps.indexOf(after) + 1).filter(({ instruction }) => {
    const calls = commandsOf(instruction).filter(usesLists);
    return calls.length > 0 && verbOf(calls[0] as Command)?.value !== 'update';
  });

/** It fetches the lists, and leaves none behind either. */
const onItsOwn = ({ instruction }: Step): Change[] => [
  { kind: 'prepend', instruction, command: 'apt-get update' },
  ...(instruction.text.includes('/var/lib/apt/lists')
    ? []
    : [{ kind: 'append', instruction, command: CLEAN } as const]),
];

const CLEAN = 'rm -rf /var/lib/apt/lists/*';

const isApt = ({ program }: Command): boolean => /^(apt|apt-get|aptitude)$/.test(program);

const usesLists = (command: Command): boolean =>
  isApt(command) &&
  /^(update|install|upgrade|dist-upgrade|full-upgrade|build-dep|satisfy|reinstall)$/.test(
    verbOf(command)?.value ?? '',
  );

interface Words {
  readonly members: readonly Step[];
  readonly later: readonly Step[];
  readonly isEdited: boolean;
}

const wordsOf = ({ members, later, isEdited }: Words): string => {
  const what =
    'The package lists, and packages that were downloaded, stay in the layer that fetched them.';
  const how =
    members.length > 1
      ? `Make these ${members.length} RUNs one, and clean at its end; alone, "apt-get update" also lets later RUNs install from an old list.`
      : 'Clean at the end of the same RUN.';
  const rest =
    later.length > 0 && isEdited
      ? ' Later RUNs that install have to update first, and clean as well.'
      : '';
  return `${what} ${how}${rest}`;
};
