import { groupBy } from '../../base/group-by.ts';
import { isWorthwhile, type Finding, type Practice } from '../practice.ts';
import { canMerge } from '../rewrite/can-merge.ts';
import type { Change } from '../rewrite/change.ts';
import { runGroups } from '../run-groups.ts';
import {
  ownFiles,
  sizeOf,
  type HiddenBy,
  type Step,
  type StoredFile,
  type Subject,
} from '../subject.ts';
import { isInKnownCache } from './cache-kinds.ts';

/** Files that one `RUN` makes and a later one deletes, replaces or changes, where nothing but `RUN`s is between. */
export const mergeRuns: Practice = {
  id: 'merge-runs',
  title: 'Make and change files in one RUN',
  source: 'https://docs.docker.com/build/building/best-practices/#run',
  find: (subject) => {
    const files = ownFiles(subject).filter(({ path }) => !isInKnownCache(path));
    return runGroups(subject.steps).flatMap((group) => findInGroup(group, files, subject));
  },
};

const findInGroup = (
  group: readonly Step[],
  files: readonly StoredFile[],
  subject: Subject,
): Finding[] => {
  const position = new Map(group.map(({ layer }, at) => [layer, at]));
  const inside = files.filter(
    ({ layer, hidden }) =>
      position.has(layer) && hidden && hidden.layer > layer && position.has(hidden.layer),
  );
  const pairs = groupBy(inside, ({ layer, hidden }) => `${layer}-${hidden?.layer}`);
  const ranges: [from: number, to: number][] = [];
  for (const pair of pairs.values()) {
    if (!isWorthwhile(sizeOf(pair), subject)) continue;
    const [{ layer, hidden }] = pair as [StoredFile];
    ranges.push([position.get(layer) as number, position.get(hidden?.layer) as number]);
  }
  return unite(ranges).map(([from, to]) => {
    const members = group.slice(from, to + 1);
    const layers = new Set(members.map(({ layer }) => layer));
    const own = inside.filter(
      ({ layer, hidden }) => layers.has(layer) && layers.has(hidden?.layer),
    );
    const instructions = members.map(({ instruction }) => instruction);
    const changes: Change[] = canMerge(instructions) ? [{ kind: 'merge', instructions }] : [];
    return { message: wordsOf(own, members), files: own, step: members[0], changes };
  });
};

/** Ranges that overlap are one. */
const unite = (ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] => {
  const united: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = united.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
};

const VERBS: Readonly<Record<HiddenBy['how'], string>> = {
  deleted: 'delete',
  overwritten: 'replace',
  metadata: 'store again (with another owner, mode or time)',
};

const wordsOf = (files: readonly StoredFile[], members: readonly Step[]): string => {
  const bySize = [...groupBy(files, ({ hidden }) => hidden?.how as HiddenBy['how'])].sort(
    (a, b) => sizeOf(b[1]) - sizeOf(a[1]),
  );
  const what = bySize.map(([how]) => VERBS[how]).join(' or ');
  return (
    `Of these ${members.length} RUNs, later ones ${what} files that earlier ones made. ` +
    `What a layer has once stored stays in the image; in one RUN only the result is stored.`
  );
};
