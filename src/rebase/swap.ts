import type { RebaseProblem } from '../api/rebase.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Node } from '../tree/node.ts';

/** An image before and after its base is swapped, all open. */
export interface Swap {
  readonly before: ImageView;
  /** How many layers of `before` are those of the old base. */
  readonly oldLayers: number;
  readonly after: ImageView;
  /** The new base by itself, whose layers are the lowest of `after`. */
  readonly base: ImageView;
  /** What the layers above the base hold and containers see, folders apart: nodes of `after`. */
  readonly own: readonly Node[];
}

/** Whether a node comes from one of the lowest `layers` layers. */
export const isBelow = (node: Node, layers: number): boolean =>
  node.via !== undefined && node.via.layer < layers;

/** Finds what the image has lost with its old base. What was broken before is no problem of the new one. */
export type RebaseCheck = (
  swap: Swap,
  report: (problem: Omit<RebaseProblem, 'check'>) => void,
) => Promise<void>;

export const newSwap = (swap: Omit<Swap, 'own'>): Swap => {
  const layers = swap.base.layers.length;
  const own = swap.after.tree().nodes.filter((node) => !node.children && !isBelow(node, layers));
  return { ...swap, own };
};
