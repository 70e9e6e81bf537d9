import type { Digest } from '../oci/digest.ts';
import type { ImageAnalysis, WastedFile } from './analysis.ts';
import type { RunOptions, SlimOptions } from './options.ts';
import type { MinimalFindings } from './use.ts';
import type { RuleLevel } from './vocabulary.ts';

/** Options of `explore`. Of an index, the image for this machine is explored, unless `platform` names another. */
export interface ExploreOptions
  extends RunOptions, Pick<SlimOptions, 'entries' | 'without' | 'grain' | 'traces'> {
  readonly source: string;
  /** Also decides at `minimal`, which takes as long again as all else: `ExploredImage.minimal`. @default false */
  readonly minimal?: boolean | undefined;
}

/** One image with all of its files and what is known of each. */
export interface ExploredImage {
  /** What it is called in messages. */
  readonly name: string;
  readonly digest: Digest;
  readonly platform: string;
  readonly analysis: ImageAnalysis;
  readonly tree: ExploredTree;
  /** With the option of this name. */
  readonly minimal?: ExploredMinimal | undefined;
}

/** What a file is, by its number in `ExploredTree.types`. */
export const FILE_TYPES = ['file', 'directory', 'symlink', 'character', 'block', 'fifo'] as const;

/**
 * All names of an image: what a container sees, and what layers hide from it. Held as columns, since an image may have
 * hundreds of thousands: a name is a number, its place in every column. Folders come before what is in them, the root
 * is 0, siblings are in the byte order of their names. A name may occur several times in a folder, each time of another layer.
 */
export interface ExploredTree extends UseColumns {
  /** One character for each byte, as names need not be UTF-8; that of the root is empty. */
  readonly names: readonly string[];
  /** The folder; -1 for the root. */
  readonly parents: Int32Array;
  /** Places in `FILE_TYPES`. */
  readonly types: Uint8Array;
  /** Bytes that its layer stores for it; 0 for further names of the same file. */
  readonly sizes: Float64Array;
  /** The number of the layer that made the name, from 1. */
  readonly layers: Uint32Array;
  /** The number of the layer that deletes or replaces it; 0 for what a container sees. */
  readonly hiddenBy: Uint32Array;
  /** Whether that layer replaces it (1), or deletes it (0). */
  readonly replaced: Uint8Array;
  /** Permission bits with setuid, setgid and sticky. */
  readonly modes: Uint16Array;
  readonly uids: Uint32Array;
  readonly gids: Uint32Array;
  /** Places in `analysis.packages`; -1 for what belongs to none. */
  readonly packages: Int32Array;
  /** What each level decides: places in `decisions`; -1 where no rule is about it, so that it stays. */
  readonly verdicts: Readonly<Record<RuleLevel, Int32Array>>;
  readonly decisions: readonly Decision[];
  /** Why names stay whatever the user asks for: the image's config names them. */
  readonly pinned: ReadonlyMap<number, string>;
  /** Why files are wasted that are. */
  readonly wasted: ReadonlyMap<number, Omit<WastedFile, 'path' | 'size' | 'layer'>>;
  /** Targets of symlinks, as text. */
  readonly targets: ReadonlyMap<number, string>;
  /** Further names of files, with the name that has the size. */
  readonly hardLinks: ReadonlyMap<number, number>;
}

/** How the image comes to use a name: the last step of the way there from its config. That to the user is the user's. */
export interface UseColumns {
  /** The name that uses it, -1 for the image's config, -2 where nothing is known to use it. */
  readonly users: Int32Array;
  /** How that uses it: places in `usages`. */
  readonly usedHow: Int32Array;
  /** `entrypoint of the config starts`, `line 4 starts`, `it loads`, `in it`. */
  readonly usages: readonly string[];
}

/** What level `minimal` decides of each name, and by which use of the image. The names are those of `ExploredTree`. */
export interface ExploredMinimal extends MinimalFindings, UseColumns {
  /** Places in `decisions`; -1 where nothing is about it, so that it stays. */
  readonly verdicts: Int32Array;
  readonly decisions: readonly Decision[];
}

/** Why something goes or stays. */
export interface Decision {
  readonly action: 'drop' | 'keep';
  /** As in `Verdict`; and `use` where a rule would take it, but the image uses it. At `minimal` that of all that stays. */
  readonly by: string;
  /** `profile/rule`; empty where there is none. */
  readonly id: string;
  readonly reason: string;
  /** Where a shipped profile has it from. */
  readonly source?: string | undefined;
}
