import type { Decision, ExploredImage, ExploredMinimal, ExploreOptions } from '../api/explored.ts';
import type { RuleLevel } from '../api/vocabulary.ts';
import { exploreMinimal } from '../analysis/explore-minimal.ts';
import { exploreTree } from '../analysis/explore-tree.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Entry } from '../layer/entry.ts';
import { readOwners, type Owner } from '../layer/read-owners.ts';
import type { Image } from '../oci/image.ts';
import { reportMinimal } from '../report/use-report.ts';
import { findHeld } from '../rules/find-held.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import type { Judgement } from '../rules/rule-book.ts';
import type { Node } from '../tree/node.ts';
import { analyzeView } from './analyze-now.ts';
import { judgeMinimal } from './judge-minimal.ts';
import { withView, type ViewRun } from './with-view.ts';

type Explored = Pick<ExploredImage, 'analysis' | 'tree'>;

/** What is known already, and what is wanted beside it. */
interface Wanted {
  readonly known: Explored | undefined;
  /** What to decide at `minimal` by. */
  readonly minimal: Pick<ExploreOptions, 'entries' | 'without' | 'grain' | 'traces'> | undefined;
}

/** Reads an image and finds out what is known of each of its files. */
export const exploreNow = (
  image: Image,
  run: ViewRun,
  { known, minimal }: Wanted,
): Promise<{ readonly explored: Explored; readonly minimal: ExploredMinimal | undefined }> =>
  withView(image, run, async (view) => ({
    explored: known ?? (await exploreView(view)),
    minimal: minimal && (await decideMinimal(view, minimal, run)),
  }));

const exploreView = async (view: ImageView): Promise<Explored> => {
  const { analysis, packages, facts, verdicts, heldBack } = await analyzeView(view);
  const owners = await ownersOf(view);
  const decisionsAt = (level: RuleLevel): ((node: Node) => Decision | undefined) =>
    decisionsOf(view, verdicts.get(level), heldBack.get(level));
  const tree = exploreTree({
    tree: view.tree(),
    analysis,
    ownerOf: packages.ownerOf,
    decide: { safe: decisionsAt('safe'), lean: decisionsAt('lean') },
    pinned: await pinnedNodes(view),
    graph: facts.graph,
    ownersOf: (entry) => owners.get(entry) ?? { uid: 0, gid: 0 },
  });
  return { analysis, tree };
};

const decideMinimal = async (
  view: ImageView,
  options: NonNullable<Wanted['minimal']>,
  { session: { signal } }: ViewRun,
): Promise<ExploredMinimal> => {
  const { entries, without, grain, traces } = options;
  const rules = await loadRuleBook({ level: 'minimal', entries, without, grain, traces });
  const judgement = await judgeMinimal(view, rules, signal);
  return exploreMinimal({
    tree: view.tree(),
    decide: decisionsOf(view, judgement.verdicts, judgement.heldBack),
    reach: judgement.reach,
    graph: judgement.facts.graph,
    findings: reportMinimal(judgement),
  });
};

const ownersOf = async (view: ImageView): Promise<Map<Entry, Owner>> => {
  const owners = new Map<Entry, Owner>();
  for (const layer of view.layers)
    for (const [entry, owner] of await readOwners(layer)) owners.set(entry, owner);
  for (const [moved, stored] of view.tree().moved) {
    const owner = owners.get(stored);
    if (owner) owners.set(moved, owner);
  }
  return owners;
};

/** What a level decides of a node; where it decides nothing, the rule that the image's use of the node holds back. */
const decisionsOf = (
  view: ImageView,
  verdicts: Judgement['verdicts'] | undefined,
  heldBack: Judgement['heldBack'] | undefined,
): ((node: Node) => Decision | undefined) => {
  const held = findHeld(heldBack ?? [], view.tree().nodes);
  return (node) => verdicts?.get(node) ?? held.get(node);
};

/** What stays though the user asks for all of the image to go: the config names it. */
const pinnedNodes = async (view: ImageView): Promise<Map<Node, string>> => {
  const rules = await loadRuleBook({ profiles: ['none'], drop: ['/**'] });
  const facts = await view.facts(rules.factQuery);
  const { verdicts } = rules.judge(view.tree().root, view.image.config.value, facts);
  return new Map(
    [...verdicts].flatMap(([node, { by, reason }]) => (by === 'config' ? [[node, reason]] : [])),
  );
};
