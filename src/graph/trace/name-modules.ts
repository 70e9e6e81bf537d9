import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import type { Found } from '../find-files.ts';

const VARIABLES = new Set(
  ECOSYSTEMS.flatMap(({ modulePathVariables = [] }) => modulePathVariables),
);

/** What a variable with a search path for modules names in one of its places: all of them can be loaded by name. */
export const modulesNamedBy = (variable: string | undefined, { node, via }: Found): Found[] => {
  if (variable === undefined || !VARIABLES.has(variable)) return [];
  return node.children
    ? modulesIn(node).map((each) => ({ node: each.node, via: [...via, ...each.via] }))
    : [{ node, via }];
};

const modulesIn = (folder: Node): Found[] =>
  [...(folder.children?.values() ?? [])].flatMap((node) => {
    const own = isModule(node) ? [{ node, via: [] }] : [];
    return node.name.startsWith('@') ? [...own, ...modulesIn(node)] : own;
  });

/** Folders and files with names that code can have. */
const isModule = (node: Node): boolean => {
  if (node.name.startsWith('.') || node.name === '__pycache__') return false;
  return (
    node.children !== undefined ||
    /\.(so|jar|zip|egg|pyd|node|class)$/.test(node.name) ||
    typeOf(node) === 'symlink' ||
    sourceKindOf(`/${pathOf(node)}`) === 'code'
  );
};
