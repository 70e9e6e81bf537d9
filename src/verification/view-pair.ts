import type { ImageView } from '../image/image-view.ts';
import type { Node } from '../tree/node.ts';

/** A path of the slim image. */
export interface KeptPath {
  /** What the original has there. */
  readonly before: Node | undefined;
  readonly after: Node;
}

/** An image and what was made of it, both open. */
export interface ViewPair {
  readonly original: ImageView;
  readonly slim: ImageView;
  /** Every path of the slim image: folders before what is in them, names in byte order. */
  readonly kept: readonly KeptPath[];
  /** The version and options that the slim image says it was made with. */
  readonly recipe: string;
}
