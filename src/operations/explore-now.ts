import type { Decision, ExploredImage } from '../api/explored.ts';
import type { RuleLevel } from '../api/vocabulary.ts';
import { exploreTree } from '../analysis/explore-tree.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Entry } from '../layer/entry.ts';
import { readOwners, type Owner } from '../layer/read-owners.ts';
import type { Image } from '../oci/image.ts';
import { findHeld } from '../rules/find-held.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import type { Node } from '../tree/node.ts';
import { analyzeView, type AnalyzedView } from './analyze-now.ts';
import { withView, type ViewRun } from './with-view.ts';

/** Reads an image and finds out what is known of each of its files. */
export const exploreNow = (
  image: Image,
  run: ViewRun,
): Promise<Pick<ExploredImage, 'analysis' | 'tree'>> =>
  withView(image, run, async (view) => {
    const analyzed = await analyzeView(view);
    const { analysis, packages, facts } = analyzed;
    const owners = await ownersOf(view);
    const tree = exploreTree({
      tree: view.tree(),
      analysis,
      ownerOf: packages.ownerOf,
      decide: {
        safe: decisionsOf('safe', analyzed, view),
        lean: decisionsOf('lean', analyzed, view),
      },
      pinned: await pinnedNodes(view),
      graph: facts.graph,
      ownersOf: (entry) => owners.get(entry) ?? { uid: 0, gid: 0 },
    });
    return { analysis, tree };
  });

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
  level: RuleLevel,
  { verdicts, heldBack }: AnalyzedView,
  view: ImageView,
): ((node: Node) => Decision | undefined) => {
  const held = findHeld(heldBack.get(level) ?? [], view.tree().nodes);
  const decided = verdicts.get(level);
  return (node) => decided?.get(node) ?? held.get(node);
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
