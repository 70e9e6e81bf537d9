import type { Node } from '../tree/node.ts';

/**
 * Why a node stays or goes.
 *
 * - `rule`: a rule of a profile drops it (`id` is `profile/rule`)
 * - `user`: `--drop` or `--keep` names it
 * - `keep-rule`: a rule would drop it, and a keep rule holds the rule back
 * - `trace`: a rule would drop it, and a run that was recorded used it
 * - `config`: the image's config names it, or names something that the same rule would drop with it
 * - `link`: a symlink that stays leads to it
 * - `package`: it belongs to a package that a rule would remove, and something needs the package
 * - `base`: a rule would drop it, and it is in a layer that stays as it is
 * - `holds`: a folder that a rule would drop, but something in it stays
 */
export interface Verdict {
  readonly action: 'drop' | 'keep';
  readonly by:
    | 'rule'
    | 'user'
    | 'keep-rule'
    | 'trace'
    | 'config'
    | 'link'
    | 'package'
    | 'base'
    | 'holds';
  /** `profile/rule` of the rule that acts or would have acted; of the user's option its glob. */
  readonly id: string;
  readonly category: string;
  readonly reason: string;
  readonly source?: string | undefined;
}

/** Verdicts on all nodes that a rule or option is about. Nodes without one stay. */
export type Verdicts = ReadonlyMap<Node, Verdict>;
