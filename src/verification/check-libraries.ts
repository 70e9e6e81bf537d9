import { showPath, toText } from '../base/byte-path.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import type { Check } from './check.ts';
import { readLoadRequest } from './load-request.ts';
import { openLoader, type FoundLibraries } from './loader.ts';
import { faultOfTarget } from './same-target.ts';
import type { ViewPair } from './view-pair.ts';

/**
 * Programs and libraries find their loader and what they need. What a file asks for is read in the original: packed by
 * UPX, it asks for nothing until it runs.
 */
export const checkLibraries: Check = async (pair, { look, differ }) => {
  const { original, slim, kept } = pair;
  const [findBefore, findAfter] = [await openLoader(original), await openLoader(slim)];
  const [old, now] = [original.tree().root, slim.tree().root];
  const [oldBudget, budget] = [newStepBudget(), newStepBudget()];
  for (const { before } of kept) {
    const file = before && original.open(before);
    const request = file && (await readLoadRequest(file, before));
    if (!request) continue;
    const path = showPath(pathOf(before));
    const { interpreter } = request;
    const loader = interpreter && resolvePath(old, interpreter, old, oldBudget).node;
    if (loader) {
      look();
      const found = resolvePath(now, interpreter, now, budget).node;
      const fault = await faultOfTarget(loader, found, pair);
      if (fault) differ(path, `is loaded by ${showPath(pathOf(loader))}, which ${fault}`);
    }
    for (const name of request.libraries) {
      const wanted = await findBefore(name, request);
      if (wanted.nodes.length === 0) continue;
      look();
      const fault = await faultOfLibraries(wanted, await findAfter(name, request), pair);
      if (fault) differ(path, `needs ${toText(name)}: ${fault}`);
    }
  }
};

/**
 * What a search found must be found by a search. Where none tells which of several it is, one of them must be left.
 */
const faultOfLibraries = async (
  { nodes, isGuess }: FoundLibraries,
  after: FoundLibraries,
  pair: ViewPair,
): Promise<string | undefined> => {
  const found = isGuess || !after.isGuess ? after.nodes : [];
  const faults: string[] = [];
  for (const node of nodes) {
    const same = found.find((each) => pathOf(each) === pathOf(node)) ?? found[0];
    const fault = await faultOfTarget(node, same, pair);
    if (fault) faults.push(`${showNode(node)} ${fault}`);
  }
  return isGuess && faults.length < nodes.length ? undefined : faults[0];
};

const showNode = (node: Node): string => showPath(pathOf(node));
