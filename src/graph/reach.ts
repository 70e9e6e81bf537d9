import type { Edge, OpenEdge } from './graph.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Node } from '../tree/node.ts';

/** What an image can come to use, from its config on, and why. */
export interface Reach {
  /** Whether a node is used, or belongs to what is. Of folders: by itself, whatever lies in it. */
  readonly has: (node: Node) => boolean;
  /** Whether it is started or loaded; else it only lies where something looks for it. */
  readonly isUsed: (node: Node) => boolean;
  /** What is not asked who uses it, with the reason. Chains begin at the config or at one of these. */
  readonly roots: ReadonlyMap<Node, string>;
  /** The shortest way from the config, or from a root, to a node; empty where there is none, and for roots. */
  readonly chainTo: (node: Node) => readonly Edge[];
  /** What the programs cost that it comes to start beside those of the config, and libraries that it opens by name; largest first. */
  readonly costs: readonly UseCost[];
  /** Files that recorded runs used and nothing else led to; what one of them led to is not among them. */
  readonly missed: readonly Node[];
  /** A file that stays and whose loader takes a library, or itself, from this one; `undefined` where there is none. */
  readonly linkedBy: (node: Node) => Node | undefined;
  /** Packages that stay whole, also those without files. */
  readonly whole: ReadonlySet<SystemPackage>;
  /** What the user had left out. */
  readonly leftOut: readonly LeftOut[];
  /** Of the user's command lines those whose programs are not in the image. */
  readonly idleEntries: readonly string[];
  /** What cannot be told without running the image. */
  readonly open: readonly OpenEdge[];
}

/** A part of an image that the user says it can do without. */
export interface LeftOut {
  /** As the user wrote it. */
  readonly name: string;
  /** Of the part itself. */
  readonly nodes: readonly Node[];
  /** Of all that goes with it, itself included. */
  readonly files: number;
  readonly bytes: number;
}

/** What an image has for one program alone. */
export interface UseCost {
  readonly program: Node;
  /** Of files that nothing else leads to, itself included. */
  readonly bytes: number;
  readonly files: number;
}
