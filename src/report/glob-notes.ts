import { showPath } from '../base/byte-path.ts';
import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { FoundPackage } from '../ecosystems/found-package.ts';
import type { Graph } from '../graph/graph.ts';
import { showChain } from '../graph/show-chain.ts';
import type { Plan } from '../plan/plan.ts';
import { matchGlobs } from '../rules/match-globs.ts';
import { isFolder, pathOf, type Node } from '../tree/node.ts';
import { formatCounted } from './format-number.ts';

export interface GlobNotesInput {
  readonly plan: Pick<Plan, 'tree' | 'verdicts'>;
  readonly graph: Pick<Graph, 'needs' | 'users' | 'chainTo'>;
  /** What scanners find in the source. */
  readonly packages: readonly FoundPackage[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
}

/**
 * What the user should know of `--keep` and `--drop`: what is dropped although something that stays needs it,
 * what scanners and lawyers look for, and files that `--drop` leaves.
 */
export const globNotes = (input: GlobNotesInput): string[] => {
  const { keep, drop } = input;
  if (keep.length === 0 && drop.length === 0) return [];
  return [...notesOnNeeds(input), ...notesOnRecords(input), ...notesOnOverruled(input)];
};

/** Notes of one kind that are shown; the others are counted. */
const SHOWN = 5;

const notesOnNeeds = ({ plan, graph }: GlobNotesInput): string[] => {
  const { verdicts } = plan;
  const notes = new Map<Node, string>();
  for (const from of [undefined, ...graph.users()]) {
    if (from && verdicts.get(from)?.action === 'drop') continue;
    for (const { via, to } of graph.needs(from)) {
      const lost = [...via, to].find((node) => isDroppedByUser(plan, node));
      if (!lost || notes.has(lost)) continue;
      const what = `--drop ${verdicts.get(lost)?.id} takes ${show(lost)}`;
      // The shortest way leads through another file, perhaps; one that goes itself explains nothing.
      const chain = graph.chainTo(to);
      const last = chain.at(-1)?.from;
      const isWhole = !last || verdicts.get(last)?.action !== 'drop';
      const user = isWhole && chain.length > 0 ? last : from;
      const who = user ? show(user) : 'the config';
      const how = isWhole && chain.length > 0 ? `: ${showChain(chain)}` : '';
      notes.set(lost, `${what}, but ${who} stays and needs it${how}`);
    }
  }
  const all = [...notes.values()];
  const more = all.length - SHOWN;
  return [
    ...all.slice(0, SHOWN),
    ...(more > 0 ? [`--drop takes ${more} more files that something which stays needs`] : []),
  ];
};

/** Package databases, files by which scanners find packages of languages that stay, and licences. */
const notesOnRecords = ({ plan, packages }: GlobNotesInput): string[] => {
  const lost = packages.filter(({ evidence }) => isDroppedByUser(plan, evidence));
  const databases = countByEvidence(lost.filter(({ type }) => isSystemType(type)));
  const records = lost.filter(
    ({ type, evidence }) =>
      !isSystemType(type) && evidence.parent && !isDroppedByUser(plan, evidence.parent),
  );
  const licences = plan.tree.nodes.filter(
    (node) => !isFolder(node) && LICENCE.test(`/${pathOf(node)}`) && isDroppedByUser(plan, node),
  );
  return [
    ...[...databases].map(
      ([node, count]) =>
        `--drop takes the package database ${show(node)}: scanners do not find its ${formatCounted(count, 'package')} any more`,
    ),
    ...(records.length > 0
      ? [
          `--drop takes the records of ${formatCounted(records.length, 'package')} whose files stay: scanners do not find them any more, such as ${show((records[0] as FoundPackage).evidence)}`,
        ]
      : []),
    ...(licences.length > 0
      ? [
          `--drop takes ${formatCounted(licences.length, 'licence file')}, such as ${show(licences[0] as Node)}: many licences must stay with what they are for`,
        ]
      : []),
  ];
};

const countByEvidence = (packages: readonly FoundPackage[]): ReadonlyMap<Node, number> => {
  const counts = new Map<Node, number>();
  for (const { evidence } of packages) counts.set(evidence, (counts.get(evidence) ?? 0) + 1);
  return counts;
};

const LICENCE =
  /\/(licen[cs]es?|copying|copyright|notice)([.-][^/]*)?$|\/usr\/share\/(licenses|common-licenses)\//i;

/** The options that match nothing in an image: `--keep GLOB`. */
export const idleGlobs = ({
  plan,
  keep,
  drop,
}: Pick<GlobNotesInput, 'plan' | 'keep' | 'drop'>): string[] => {
  const matched = matchGlobs([...new Set([...keep, ...drop])], plan.tree.nodes);
  const isIdle = (glob: string): boolean => matched.get(glob)?.length === 0;
  return [
    ...keep.filter(isIdle).map((glob) => `--keep ${glob}`),
    ...drop.filter(isIdle).map((glob) => `--drop ${glob}`),
  ];
};

const notesOnOverruled = ({ plan, drop }: GlobNotesInput): string[] => {
  const { tree, verdicts } = plan;
  const matched = matchGlobs([...new Set(drop)], tree.nodes);
  return drop.flatMap((glob) => {
    const files = (matched.get(glob) ?? []).filter((node) => !isFolder(node));
    const staying = files.filter((node) => verdicts.get(node)?.action !== 'drop');
    const [first] = staying;
    if (!first) return [];
    const reason = verdicts.get(first)?.reason ?? 'nothing takes it';
    return [
      `--drop ${glob} leaves ${staying.length} of ${formatCounted(files.length, 'file')}, such as ${show(first)}: ${reason}`,
    ];
  });
};

const isDroppedByUser = ({ verdicts }: GlobNotesInput['plan'], node: Node): boolean => {
  const verdict = verdicts.get(node);
  return verdict?.action === 'drop' && verdict.by === 'user';
};

const show = (node: Node): string => showPath(pathOf(node));
