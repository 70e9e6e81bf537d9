import { toText } from '../base/byte-path.ts';
import type { RecordedUse, Recording } from '../recordings/recording.ts';
import type { Node } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';

/** A file or folder of the image that a recorded run used. */
export interface RecordedNode {
  readonly use: RecordedUse;
  /** What a program was started with, without its name. Binary strings. */
  readonly args: readonly string[];
  /** `opened in strace.txt, line 12` */
  readonly reason: string;
}

/** What recordings say of an image. */
export interface RecordedNodes {
  /** In the order of the recordings; symlinks on the way are among them. */
  readonly nodes: ReadonlyMap<Node, RecordedNode>;
  /** Paths that the image does not have: those of the machine, or made while it ran. */
  readonly absent: number;
  /** Relative paths whose folder is not known. */
  readonly unplaced: number;
}

/** Finds what recordings name in a tree. */
export const findRecorded = (root: Node, recordings: readonly Recording[]): RecordedNodes => {
  const nodes = new Map<Node, RecordedNode>();
  const budget = newStepBudget();
  let absent = 0;
  let unplaced = 0;
  const add = (node: Node, found: RecordedNode): void => {
    const before = nodes.get(node);
    if (node !== root && (!before || STRENGTH[before.use] < STRENGTH[found.use]))
      nodes.set(node, found);
  };
  for (const recording of recordings) {
    unplaced += recording.unplaced;
    for (const { path, use, line, args = [] } of recording.files) {
      const place = line === undefined ? recording.name : `${recording.name}, line ${line}`;
      const found: RecordedNode = { use, args, reason: `${VERBS[use]} in ${toText(place)}` };
      const { node, links } = resolvePath(root, path, root, budget);
      // A symlink that leads nowhere in the image is there, too.
      if (!node && links.length === 0) absent += FROM_KERNEL.test(path) ? 0 : 1;
      for (const link of links) add(link, { ...found, use: 'asked' });
      if (node) add(node, found);
    }
  }
  return { nodes, absent, unplaced };
};

export const NOTHING_RECORDED: RecordedNodes = { nodes: new Map(), absent: 0, unplaced: 0 };

const STRENGTH: Readonly<Record<RecordedUse, number>> = { asked: 0, opened: 1, started: 2 };

const VERBS: Readonly<Record<RecordedUse, string>> = {
  asked: 'asked about',
  opened: 'opened',
  started: 'started',
};

/** What no image has, whatever runs. */
const FROM_KERNEL = /^\/(proc|sys|dev)(\/|$)/;
