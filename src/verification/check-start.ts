import { showPath } from '../base/byte-path.ts';
import { NO_QUESTIONS } from '../facts/facts.ts';
import { meantNeeds } from '../graph/meant-needs.ts';
import { findEssentials } from '../rules/essentials.ts';
import { nodeAt, pathOf } from '../tree/node.ts';
import type { Check } from './check.ts';

/**
 * What the config names by its own words is there, and what the scripts and settings name that it comes to, words apart
 * that only look like a name.
 */
export const checkStart: Check = async ({ original, slim }, { look, differ }) => {
  const { graph, packages } = await original.facts(NO_QUESTIONS);
  const isMeant = meantNeeds(packages);
  const { named, inside } = findEssentials(graph);
  const { root } = slim.tree();
  for (const [node, evidence] of [...named, ...inside]) {
    const edge = graph.named.get(node);
    if (edge && !isMeant(edge)) continue;
    look();
    if (!nodeAt(root, pathOf(node))) differ(showPath(pathOf(node)), `is gone: ${evidence}`);
  }
};
