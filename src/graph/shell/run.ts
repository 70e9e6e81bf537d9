import type { Place } from '../place.ts';
import type { Alternatives, Fields } from './fields.ts';
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
  /** Shells have this command built in and start no program for it. */
  readonly isBuiltin: boolean;
}

/** What comes through a pipe or a redirection. */
export interface Input {
  readonly text?: string | undefined;
  readonly files: readonly string[];
  /** Lines that `read` may find. */
  readonly lines: Alternatives;
}

/** The scripts that a sourced path may stand for, as far as they are at hand. */
export type Sourced = (path: string, folders: readonly string[]) => readonly Program[];

/** The state while a script is looked at. */
export interface Run {
  readonly sourced: Sourced;
  readonly emit: (command: ShellCommand) => void;
  /** Statements that may still be looked at. */
  readonly steps: { left: number; isCut: boolean };
  /** Functions and sourced scripts that were run, each with what it was called with. */
  readonly called: Map<object, Set<string>>;
  readonly depth: number;
  readonly program: Program;
  readonly scope: Scope;
  readonly input: Input;
}
