import type { Node } from '../../tree/node.ts';

/** Texts of files that were read last, for those who read them again soon. */
export interface RecentTexts {
  readonly get: (node: Node) => string | undefined;
  readonly add: (node: Node, text: string) => void;
}

/** Keeps no more than `size` bytes: those that were added first are forgotten first. */
export const recentTexts = (size: number): RecentTexts => {
  const texts = new Map<Node, string>();
  let left = size;
  return {
    get: (node) => texts.get(node),
    add: (node, text) => {
      if (texts.has(node) || text.length > size) return;
      texts.set(node, text);
      left -= text.length;
      for (const [oldest, { length }] of texts) {
        if (left >= 0) return;
        texts.delete(oldest);
        left += length;
      }
    },
  };
};
