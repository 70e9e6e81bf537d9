import { pathOf, type Node } from '../tree/node.ts';
import { anyOf } from './any-of.ts';
import { ECOSYSTEMS } from './known-ecosystems.ts';

const PATHS = anyOf(ECOSYSTEMS.flatMap(({ testFolders = [] }) => testFolders));

/** Whether a folder holds tests of an installed package, or the like, that rules may take. */
export const isTestFolder = (node: Node): boolean =>
  node.children !== undefined && PATHS.test(`/${pathOf(node)}`);
