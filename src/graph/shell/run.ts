import type { Place } from '../place.ts';
import type { Fields } from './fields.ts';
import type { Input, Output } from './output.ts';
import type { Program } from './program.ts';
import type { Scope } from './scope.ts';

/** A command as a script starts it, one of the ways it may turn out. */
export interface ShellCommand {
  /** The program and its arguments; never empty. */
  readonly words: Fields;
  readonly place: Place;
  /** Folders it may be started in, the most likely first. */
  readonly folders: readonly string[];
  /** What it gets as standard input, as far as the script says. */
  readonly input?: string | undefined;
  /** Files its standard input comes from. */
  readonly inputFiles: readonly string[];
  /** Its standard input is what another command prints, and nobody knows what that is. */
  readonly isFed?: boolean | undefined;
  /** Shells have this command built in and start no program for it. */
  readonly isBuiltin: boolean;
}

/** Files of the image that a script reads itself, as far as they are at hand. Paths are as the script has them. */
export interface ScriptFiles {
  /** The scripts that a sourced path may stand for. */
  readonly sourced: (path: string, folders: readonly string[]) => readonly Program[];
  /** Programs that are scripts of a shell, with their whole paths. */
  readonly scripts: (
    name: string,
    folders: readonly string[],
  ) => readonly { readonly program: Program; readonly path: string }[];
  /** What small files hold. */
  readonly texts: (path: string, folders: readonly string[]) => readonly string[];
}

/** The state while a script is looked at. */
export interface Run {
  readonly files: ScriptFiles;
  readonly emit: (command: ShellCommand) => void;
  /** Statements that may still be looked at. */
  readonly steps: { left: number; isCut: boolean };
  /** Functions and sourced scripts that were run: what they print, by what each was called with. */
  readonly called: Map<object, Map<string, Output>>;
  readonly depth: number;
  readonly program: Program;
  readonly scope: Scope;
  readonly input: Input;
  /** Where it is noted what commands print; `undefined` where nobody reads that. */
  readonly output: Output | undefined;
}
