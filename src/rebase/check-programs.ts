import { showPath, toText } from '../base/byte-path.ts';
import { isIgnoredCaller } from '../ecosystems/ignored-callers.ts';
import { NO_QUESTIONS } from '../facts/facts.ts';
import { isProgram } from '../graph/find-files.ts';
import { meantNeeds } from '../graph/meant-needs.ts';
import { findEssentials } from '../rules/essentials.ts';
import { pathOf } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import { openProgramSearch, readInterpreters } from '../verification/interpreters.ts';
import { isBelow, type RebaseCheck } from './swap.ts';

/** What the config names and what is started from there on is in the new base, and so are the interpreters of scripts. */
export const checkPrograms: RebaseCheck = async (swap, report) => {
  await checkStarted(swap, report);
  await checkScripts(swap, report);
};

const checkStarted: RebaseCheck = async ({ before, oldLayers, after }, report) => {
  const { graph, packages } = await before.facts(NO_QUESTIONS);
  const isMeant = meantNeeds(packages);
  const { root } = after.tree();
  const budget = newStepBudget();
  for (const [node, evidence] of findEssentials(graph).named) {
    const edge = graph.named.get(node);
    // By which name a thing is asked for counts, and not what a link leads to: that has its version in its name.
    const isAsked = edge && (edge.via[0] ?? edge.to) === node;
    if (!isAsked || !isBelow(node, oldLayers) || !isMeant(edge)) continue;
    if (edge.place.file && edge.kind !== 'starts') continue;
    if (!resolvePath(root, pathOf(node), root, budget).node)
      report({ where: showPath(pathOf(node)), message: `is gone: ${evidence}` });
  }
};

const checkScripts: RebaseCheck = async ({ before, after, own }, report) => {
  const [findBefore, findAfter] = [openProgramSearch(before), openProgramSearch(after)];
  for (const node of own) {
    const file = isProgram(node) ? after.open(node) : undefined;
    if (!file || isIgnoredCaller(`/${pathOf(node)}`)) continue;
    for (const name of await readInterpreters(file))
      if (findBefore(name) && !findAfter(name))
        report({
          where: showPath(pathOf(node)),
          message: `is run by ${toText(name)}, which is gone`,
        });
  }
};
