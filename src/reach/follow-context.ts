import type { FindLibrary } from '../graph/files/library-search.ts';
import type { Trace } from '../graph/trace/state.ts';
import type { Node } from '../tree/node.ts';
import type { Families } from './apply-families.ts';
import type { Callables } from './callables.ts';
import type { LanguageFollower } from './languages/language-follower.ts';
import type { PackageFollower } from './follow-package.ts';
import type { PackageStarters } from './starters/package-starters.ts';
import type { Relations } from './relations.ts';

/** What all who follow files share. */
export interface FollowContext {
  readonly trace: Trace;
  readonly families: Families;
  readonly search: FindLibrary;
  /** Loaders and libraries that loaders take in, each with the file first found that needs it. */
  readonly linked: Map<Node, Node>;
  /** Names that can be started without a folder. */
  readonly isProgram: (name: string) => boolean;
  readonly relations: Relations;
  readonly packages: PackageFollower;
  readonly languages: readonly LanguageFollower[];
  /** Packages of npm that start what their callers say. */
  readonly starters: PackageStarters;
  /** Functions of PHP by the names that settings have for them. */
  readonly callables: Callables;
  /** Libraries by what code may call them. */
  readonly libraries: ReadonlyMap<string, readonly Node[]>;
  /** How much of the code was followed that is no file. */
  readonly codes: { next: number };
}
