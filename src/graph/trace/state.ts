import type { Config } from '../../oci/config.ts';
import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import type { Action } from '../commands/action.ts';
import type { Finder } from '../find-files.ts';
import { joinPath } from '../paths.ts';
import type { Place } from '../place.ts';
import type { Record } from '../record.ts';
import type { Alternatives, Fields } from '../shell/fields.ts';
import type { Program } from '../shell/program.ts';
import type { Where } from '../where.ts';
import { isLiteral } from '../word.ts';

export type { Where };

/** The same in another folder; what is not found there is looked for where it was before. */
export const inFolder = (where: Where, folder: string | undefined): Where =>
  folder === undefined || folder === '' || !isLiteral(folder)
    ? where
    : { ...where, folders: [joinPath(where.folders[0] ?? '/', folder), ...where.folders] };

/** What is to be done: what a command line says, or what files are named by it. */
export type Step =
  | Action
  /** A file that is named: settings and scripts name others in turn. */
  | { readonly does: 'look'; readonly node: Node }
  /** A shell script: all its words count. */
  | { readonly does: 'mention'; readonly node: Node }
  /** Settings with command lines in lines of a certain form. */
  | {
      readonly does: 'lines';
      /** Of a file, or a glob. */
      readonly path: string;
      /** Regular expressions: their group `line` is a command line, `file` names a further file; without, nobody can tell. */
      readonly patterns: readonly string[];
    }
  /** A source that an interpreter loads. */
  | { readonly does: 'source'; readonly node: Node }
  /** A file that is run as a program. */
  | { readonly does: 'start'; readonly node: Node; readonly path: string; readonly args: Fields };

/** Something that is still to be done. */
export interface Task {
  readonly step: Step;
  readonly place: Place;
  readonly where: Where;
}

/** What all steps of a trace share. */
export interface Trace {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly finder: Finder;
  readonly record: Record;
  /** Values of environment variables: of the config, and those that scripts export. */
  readonly environment: Map<string, Alternatives>;
  /** Scripts that were parsed; `undefined` for what cannot be. */
  readonly programs: Map<Node, Program | undefined>;
  /** Texts of files that scripts read themselves; `undefined` for what is none. */
  readonly texts: Map<Node, string | undefined>;
  /** What scripts write into files while they run, by whole paths. */
  readonly made: Map<string, readonly string[]>;
  /** How often scripts were started. */
  readonly starts: Map<Node, number>;
  /** The same of those that start themselves. */
  readonly restarts: Map<Node, number>;
  /** Adds to what is still to be looked at, unless it was there before. */
  readonly enqueue: (task: Task) => void;
  /** Text of a file that is read for the first time and is no program; counts against the limits. */
  readonly readText: (node: Node, limit: number) => Promise<string | undefined>;
}
