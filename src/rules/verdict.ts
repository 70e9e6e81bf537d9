import type { Node } from '../tree/node.ts';

/**
 * Why a node stays or goes.
 *
 * - `rule`: a rule of a profile drops it (`id` is `profile/rule`)
 * - `user`: `--drop` or `--keep` names it
 * - `keep-rule`: a rule would drop it, a keep rule knows better
 * - `config`: the image's config names it, or a rule's whole catch around something it names
 * - `link`: something that stays is a symlink to it
 * - `package`: it belongs to a package that a rule would take out, and something needs the package
 * - `holds`: a folder a rule would drop, but something in it stays
 */
export interface Verdict {
  readonly action: 'drop' | 'keep';
  readonly by: 'rule' | 'user' | 'keep-rule' | 'config' | 'link' | 'package' | 'holds';
  /** Rule id or the user's glob; what names it, for the other kinds. */
  readonly id: string;
  readonly category: string;
  readonly reason: string;
  readonly source?: string | undefined;
}

/** Verdicts of all nodes any rule had a word about. Nodes without one stay. */
export type Verdicts = ReadonlyMap<Node, Verdict>;
