import type { Fields } from '../shell/fields.ts';
import type { FormatName } from '../formats/format-name.ts';

/**
 * What a command line brings about beside the start of its program. Paths are as the command line has
 * them: relative to the folder it is started in, with parts that may be unknown.
 */
export type Action =
  | {
      /** Another command line. */
      readonly does: 'run';
      readonly words: Fields;
      /** Where, when not in the same folder. */
      readonly folder?: string | undefined;
      /** Folders that programs are looked for in before `PATH`. */
      readonly searchIn?: readonly string[] | undefined;
    }
  | {
      /** A text that a shell reads. */
      readonly does: 'shell';
      readonly text: string;
      /** What it calls itself: `$0`. */
      readonly name?: string | undefined;
      readonly args?: Fields | undefined;
      readonly folder?: string | undefined;
      readonly searchIn?: readonly string[] | undefined;
    }
  /** A file that a shell reads, in the same process when it is `sourced`. */
  | {
      readonly does: 'script';
      readonly path: string;
      readonly args: Fields;
      readonly sourced?: true;
    }
  /** A text that the interpreter of a name reads. */
  | { readonly does: 'code'; readonly interpreter: string; readonly text: string }
  /** A file of code that an interpreter reads. */
  | { readonly does: 'load'; readonly path: string }
  /** A module of a language, looked for where its interpreter looks. */
  | {
      readonly does: 'module';
      readonly language: 'python' | 'node';
      readonly name: string;
      readonly folder?: string | undefined;
    }
  /** Data: a file, or all that is in a folder or fits a glob. */
  | { readonly does: 'read'; readonly path: string }
  /** Settings that say what else is started. */
  | {
      readonly does: 'settings';
      readonly format: FormatName;
      readonly paths: readonly string[];
      readonly names?: readonly string[];
      readonly folder?: string | undefined;
    }
  /** All programs in folders, those of other folders in it apart. */
  | {
      readonly does: 'run-all';
      readonly paths: readonly string[];
      readonly args?: Fields | undefined;
    }
  /** Scripts of a manifest by their names, hooks before and after them included; of any manifest below when `anywhere`. */
  | {
      readonly does: 'package-script';
      readonly names: readonly string[];
      readonly args: Fields;
      readonly anywhere: boolean;
      readonly folder?: string | undefined;
    };

/** What is known where a command line is started. */
export interface CommandContext {
  /** What it gets as standard input, as far as that is known. */
  readonly input?: string | undefined;
  readonly inputFiles: readonly string[];
  /** What it gets, another command prints, and nobody knows what that is. */
  readonly isFed: boolean;
  /** Values of an environment variable. */
  readonly variable: (name: string) => string | undefined;
}

/** Says what a command line brings about. The first of the words is the program's name without its folder. */
export type Handler = (words: Fields, context: CommandContext) => readonly Action[];

export const run = (
  words: Fields,
  more: { readonly folder?: string | undefined; readonly searchIn?: readonly string[] } = {},
): readonly Action[] => (words.length > 0 ? [{ does: 'run', words, ...more }] : []);
