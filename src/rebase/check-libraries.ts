import { showPath, toText } from '../base/byte-path.ts';
import { readSymbolVersions, type SymbolVersions } from '../elf/versions.ts';
import type { ImageView } from '../image/image-view.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import { readLoadRequest } from '../verification/load-request.ts';
import { openLoader } from '../verification/loader.ts';
import { isBelow, type RebaseCheck } from './swap.ts';

/** Programs and libraries of the image find their loader, the libraries they need, and in these the versions of symbols. */
export const checkLibraries: RebaseCheck = async ({ before, after, base, own }, report) => {
  const [findBefore, findAfter] = [await openLoader(before), await openLoader(after)];
  const [versionsBefore, versionsAfter] = [openVersions(before), openVersions(after)];
  const isThere = openLookup(after);
  const wasThere = openLookup(before);
  for (const node of own) {
    const file = after.open(node);
    const request = file && (await readLoadRequest(file, node));
    if (!request) continue;
    const where = showPath(pathOf(node));
    const { interpreter, libraries } = request;
    if (interpreter !== undefined && wasThere(interpreter) && !isThere(interpreter))
      report({ where, message: `is loaded by ${toText(interpreter)}, which is gone` });
    for (const name of libraries) {
      const old = await findBefore(name, request);
      if (old.nodes.length === 0) continue;
      const now = await findAfter(name, request);
      // What no folder of the search has is told to the loader otherwise: by the program, while it runs.
      const found = now.isGuess && !old.isGuess ? undefined : now.nodes.at(-1);
      if (!found) {
        report({ where, message: `needs ${toText(name)}, which is gone` });
        continue;
      }
      if (!isBelow(found, base.layers.length)) continue;
      const needed = (await versionsAfter(node)).needed.get(name) ?? [];
      const missing = missingFrom(needed, await versionsAfter(found));
      const known = missing.length > 0 ? await versionsBefore(old.nodes.at(-1) as Node) : undefined;
      const lost = known ? missing.filter((version) => known.defined.has(version)) : [];
      if (lost.length > 0)
        report({
          where,
          message: `needs ${lost.map(toText).join(', ')} of ${toText(name)}, which the new one does not have`,
        });
    }
  }
};

/** A library that has no versions at all is content with any need, as loaders are. */
const missingFrom = (
  needed: readonly string[],
  { defined }: Pick<SymbolVersions, 'defined'>,
): readonly string[] =>
  defined.size === 0 ? [] : needed.filter((version) => !defined.has(version));

const openVersions = ({ open }: ImageView): ((node: Node) => Promise<SymbolVersions>) => {
  const known = new Map<Node, Promise<SymbolVersions>>();
  return (node) => {
    const file = open(node);
    const versions =
      known.get(node) ??
      (file
        ? readSymbolVersions(file)
        : Promise.resolve({ needed: new Map(), defined: new Set() }));
    known.set(node, versions);
    return versions;
  };
};

const openLookup = ({ tree }: ImageView): ((path: string) => boolean) => {
  const { root } = tree();
  const budget = newStepBudget();
  return (path) => resolvePath(root, path, root, budget).node !== undefined;
};
