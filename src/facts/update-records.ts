import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import { nodesOf, type Node } from '../tree/node.ts';
import { forgetInLocks } from './node/hidden-lock.ts';
import { forgetPackages } from './packages/forget-packages.ts';
import type { SystemPackage } from './packages/system-package.ts';
import type { OpenFile } from './read-range.ts';

export interface Departure {
  /** Packages of the distribution that come out. */
  readonly packages: Iterable<SystemPackage>;
  /** Whether a node of the tree goes. */
  readonly isGone: (node: Node) => boolean;
}

/** New contents of the files in which package managers write down what is installed. */
export const updateRecords = async (
  root: Node,
  { packages, isGone }: Departure,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> =>
  new Map([
    ...(await forgetPackages(root, packages, open)),
    ...(await forgetInLocks(nodesOf(root), isGone, open)),
  ]);
