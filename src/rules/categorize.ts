import type { Facts } from '../facts/facts.ts';
import type { Rule } from '../profiles/rule.ts';
import { loadShippedProfiles } from '../profiles/shipped-profiles.ts';
import type { Node } from '../tree/node.ts';
import { compileRuleSet, matchesOf, NO_MATCHES, type Matches, type RuleSet } from './rule-set.ts';
import type { MatchState } from './matcher.ts';
import { surveyTree } from './survey.ts';

/**
 * What files are by their names and places, in the words of the rules: `package-cache`, `docs`. Nothing is judged: a
 * cache that the image uses is a cache as well. `nodes` are all of the tree, folders before their contents.
 */
export const categorize = async (
  root: Node,
  nodes: readonly Node[],
): Promise<ReadonlyMap<Node, string>> => {
  const profiles = await loadShippedProfiles();
  const all = profiles.flatMap(({ rules }) => rules).filter(isAboutNames);
  const survey = surveyTree(
    nodes,
    all.flatMap(({ requires }) => requires?.exists ?? []),
  );
  const rules = all.filter(({ requires }) =>
    (requires?.exists ?? []).every((glob) => survey.has(glob)),
  );
  const facts = { marks: TOLD_BY_NAMES };
  const set = compileRuleSet({ rules, keepRules: [], keep: [], drop: [], facts });
  return matchTree(set, root, nodes);
};

/** Rules that go by what files contain, or by the platform, do not tell what a name means. */
const isAboutNames = ({ match, requires }: Rule): boolean =>
  match.length > 0 &&
  requires?.platform === undefined &&
  !requires?.is?.some((mark) => mark === 'dev-dependency' || mark === 'foreign-binary');

const EVERY_NODE = { has: () => true };

/** Whether something uses a translation or a text does not matter to what it is. */
const TOLD_BY_NAMES: Facts['marks'] = new Map([
  ['as-named', EVERY_NODE],
  ['unreferenced', EVERY_NODE],
  ['unused-locale', EVERY_NODE],
]);

const matchTree = (set: RuleSet, root: Node, nodes: readonly Node[]): Map<Node, string> => {
  const folders = new Map<Node, { state: MatchState; matches: Matches }>([
    [root, { state: set.start, matches: NO_MATCHES }],
  ]);
  const found = new Map<Node, string>();
  for (const node of nodes) {
    const folder = node.parent && folders.get(node.parent);
    if (!folder) continue;
    const state = folder.state.child(node.name);
    const matches = matchesOf(set, folder.matches, state, node, root);
    if (node.children) folders.set(node, { state, matches });
    // The outermost rule says more: documentation in /tmp is a temporary file.
    const [rule] = matches.rules;
    if (rule && !node.children) found.set(node, rule.category);
  }
  return found;
};
