import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import { STAR } from '../word.ts';
import { pathsIn } from './load-code.ts';
import type { Trace } from './state.ts';

/**
 * Notes the modules in folders of search paths, as the config and started scripts set them: all of them can
 * be loaded by name.
 */
export const nameModules = (trace: Trace): void => {
  for (const variable of VARIABLES) {
    const place = { file: undefined, member: `variable ${variable}` };
    for (const path of pathsIn(trace, variable))
      for (const found of trace.finder.matching(path.replaceAll('*', STAR)))
        for (const { node, via } of found.node.children ? modulesIn(found.node) : [found])
          trace.record.need('loads', { node, via: [...found.via, ...via] }, place);
  }
};

const VARIABLES = ECOSYSTEMS.flatMap(({ modulePathVariables = [] }) => modulePathVariables);

const modulesIn = (folder: Node): { readonly node: Node; readonly via: readonly Node[] }[] =>
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
