import { UNUSED_VERDICT } from '../rules/unused.ts';
import type { Verdict, Verdicts } from '../rules/verdict.ts';
import type { Node } from '../tree/node.ts';

/** Verdicts that are being made. */
export interface NewVerdicts {
  readonly all: Verdicts;
  readonly isGone: (node: Node) => boolean;
  /** Has a node go that nothing leads to. */
  readonly drop: (node: Node) => void;
  /** Says why a node goes that `drop` was called for. */
  readonly explain: (node: Node, reason: string) => void;
  /** Takes that back. What rules drop stays dropped, and what only a symlink held that goes as well. */
  readonly keep: (node: Node) => void;
}

/** `isFixed` says what cannot go. */
export const newVerdicts = (before: Verdicts, isFixed: (node: Node) => boolean): NewVerdicts => {
  const all = new Map<Node, Verdict>(before);
  const isGone = (node: Node): boolean => all.get(node)?.action === 'drop';
  return {
    all,
    isGone,
    drop: (node) => {
      if (!isGone(node) && !isFixed(node)) all.set(node, UNUSED_VERDICT);
    },
    explain: (node, reason) => {
      if (all.get(node) === UNUSED_VERDICT) all.set(node, { ...UNUSED_VERDICT, reason });
    },
    keep: (node) => {
      if (all.get(node) !== UNUSED_VERDICT) return;
      const verdict = before.get(node);
      if (verdict?.by === 'link') return;
      if (verdict) all.set(node, verdict);
      else all.delete(node);
    },
  };
};
