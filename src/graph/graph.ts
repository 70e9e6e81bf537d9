import type { Node } from '../tree/node.ts';
import type { Place } from './place.ts';
import type { Fields } from './shell/fields.ts';

/**
 * How one thing needs another:
 *
 * - `starts`: runs it as a program
 * - `loads`: takes it into a running program: libraries, interpreters' files, sourced scripts
 * - `leads`: is a symlink to it
 * - `reads`: opens it, or names it, as far as anybody can tell
 * - `belongs`: is of no use without it
 */
export type EdgeKind = 'starts' | 'loads' | 'leads' | 'reads' | 'belongs';

/** One need, with where it is written. */
export interface Edge {
  readonly kind: EdgeKind;
  /** `undefined`: the image's config. */
  readonly from: Node | undefined;
  readonly to: Node;
  readonly place: Place;
  /** Symlinks that are passed on the way. */
  readonly via: readonly Node[];
  /** For a folder: all that is in it is needed. */
  readonly whole: boolean;
}

/** A need that cannot be told without running the image. */
export interface OpenEdge {
  readonly kind: EdgeKind;
  readonly place: Place;
  /** The word as text, with `…` for what is not known. */
  readonly word: string;
  /** Whether all that it could turn out to be is in the graph. */
  readonly isCovered: boolean;
}

/** A command line the image starts with or comes to. */
export interface StartedCommand {
  readonly words: Fields;
  readonly place: Place;
}

/** What the image starts, loads and reads, from its config on. */
export interface Graph {
  /** All that a file, or the config, needs; in the order it was found. */
  readonly needs: (node: Node | undefined) => readonly Edge[];
  /** Everything with needs of its own. */
  readonly users: () => readonly Node[];
  /** The shortest way from the config to a node; empty where there is none. */
  readonly chainTo: (node: Node) => readonly Edge[];
  /** What config, started scripts and settings name, with what names it. */
  readonly named: ReadonlyMap<Node, Edge>;
  /** The command lines, as often as they differ. */
  readonly commands: readonly StartedCommand[];
  /** Where a program's name stands in what the image starts, with or without its folder. */
  readonly mentions: (name: string) => Place | undefined;
  /** All words of what the image starts. */
  readonly words: ReadonlySet<string>;
  /**
   * Where the image says that it uses the cache or store of a tool when it runs, or has it work without a
   * network. Of other names than those of known tools: where it starts a program of that name.
   */
  readonly toolUse: (tool: string) => Place | undefined;
  /** Files of the application that call a program, where it was asked about. */
  readonly callers: (program: string) => readonly (Place & { readonly file: Node })[];
  readonly open: readonly OpenEdge[];
}
