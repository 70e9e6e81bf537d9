import type { SystemPackage } from '../ecosystems/system-package.ts';
import { packageSurvival } from '../ecosystems/surviving-packages.ts';
import type { Facts } from '../facts/facts.ts';
import type { Inventory } from '../facts/inventory.ts';
import type { Config } from '../oci/config.ts';
import { matchGlobs } from '../rules/match-globs.ts';
import type { Judgement, RuleBook } from '../rules/rule-book.ts';
import { UNUSED } from '../rules/unused.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { nodesOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { dropIdleScripts } from './drop-idle-scripts.ts';
import { dropEmptyFolders, keepLinksToFolders } from './empty-folders.ts';
import { findReach } from './find-reach.ts';
import { keepBeside, keepSigns } from './keep-beside.ts';
import { leaveOut } from './leave-out.ts';
import { newVerdicts } from './new-verdicts.ts';

export interface NarrowInput {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly facts: Facts;
  readonly rules: Pick<RuleBook, 'families' | 'keep' | 'entries' | 'without' | 'grain'>;
  /** What scanners find in the image. */
  readonly before: Inventory;
  /** What lies in layers that stay as they are. */
  readonly isFixed: (node: Node) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes what nothing leads to out of what the rules of `lean` leave: files of packages of the distribution, one by
 * one, and the records of packages that none but documentation is left of.
 */
export const narrow = async (
  judgement: Judgement,
  { root, config, open, facts, rules, before, isFixed, signal }: NarrowInput,
): Promise<Judgement> => {
  const { packages } = facts;
  const nodes = nodesOf(root);
  const isDropped = (node: Node): boolean => judgement.verdicts.get(node)?.action === 'drop';
  const input = {
    root,
    nodes,
    config,
    open,
    packages,
    families: rules.families,
    isGone: isDropped,
    kept: keptNodes(nodes, judgement.verdicts, rules.keep),
    entries: rules.entries,
    recorded: judgement.recorded.nodes,
    grain: rules.grain,
    isRemoved: (each: SystemPackage) => judgement.removedPackages.has(each),
    signal,
  };
  const full = await findReach(input);
  if ('obstacle' in full)
    return {
      ...judgement,
      obstacle: full.obstacle,
      notes: [...judgement.notes, `minimal does what lean does: ${full.obstacle}`],
    };
  const reach = await leaveOut(rules.without, {
    root,
    nodes,
    packages,
    full,
    without: async (gone) => {
      const isGone = (node: Node): boolean => gone.has(node) || isDropped(node);
      const found = await findReach({ ...input, isGone });
      // What told what the image is for is not left out.
      return 'obstacle' in found ? full : found;
    },
  });
  const notes = [
    ...judgement.notes,
    ...reach.idleEntries.map((line) => `--entry ${line} starts nothing that is in the image`),
  ];
  const verdicts = newVerdicts(judgement.verdicts, isFixed);
  const removed = new Map(judgement.removedPackages);
  for (const node of nodes) if (!node.children && !reach.has(node)) verdicts.drop(node);
  if (rules.grain === 'file')
    await dropIdleScripts(nodes, { root, config, open, packages, reach, verdicts });
  const keepRecorded = (): void => [...judgement.recorded.nodes.keys()].forEach(verdicts.keep);
  keepRecorded();
  keepSigns(before, verdicts);

  const { gone, partial, whole } = packageSurvival(packages.list, verdicts.isGone);
  for (const each of gone)
    if (!removed.has(each) && !reach.whole.has(each)) {
      removed.set(each, UNUSED);
      for (const node of [...each.files, ...each.records]) verdicts.drop(node);
    }
  // Documentation, perhaps, of a package that is gone otherwise.
  keepRecorded();
  keepBeside([...partial.map((each) => each.package), ...whole, ...reach.whole], root, verdicts);
  for (const { nodes: group, choices } of packages.alternatives)
    if (choices.every(verdicts.isGone)) group.forEach(verdicts.drop);
  dropEmptyFolders(nodes, { packages, removed, reach, verdicts });
  keepLinksToFolders(nodes, root, { packages, removed, verdicts });
  for (const { name, nodes: part } of reach.leftOut)
    for (const node of part) verdicts.explain(node, `--without ${name}`);
  return { ...judgement, notes, verdicts: verdicts.all, removedPackages: removed, reach, partial };
};

/** What stays whatever uses it: what the config names in a rule's way, and what `--keep` names. */
const keptNodes = (
  nodes: readonly Node[],
  verdicts: Verdicts,
  keep: readonly string[],
): Map<Node, string> => {
  const kept = new Map<Node, string>();
  for (const [node, { action, by, reason }] of verdicts)
    if (action === 'keep' && by === 'config') kept.set(node, reason);
  for (const [glob, found] of matchGlobs(keep, nodes))
    for (const node of found) kept.set(node, `--keep ${glob}`);
  return kept;
};
