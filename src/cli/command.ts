import type { FlagsOf, OptionTable } from '../options/option.ts';

/** One command: its operands and options, its help, and its action. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands and above the command's own help. */
  readonly summary: string;
  /** What follows the name. @default the operands and `[options]` */
  readonly usage?: string | undefined;
  readonly operands?: readonly Operand[] | undefined;
  readonly options?: OptionTable | undefined;
  readonly examples?: readonly Example[] | undefined;
  /** Below the examples of help. */
  readonly footer?: string | undefined;
  /** Commands below this one, such as `cache prune`. */
  readonly commands?: readonly Command[] | undefined;
  /** Loads what the command does: help and usage errors do not wait for it. */
  readonly load: () => Promise<Action>;
}

/** An argument that is not an option. */
export interface Operand {
  /** In capitals, as help shows it. The action gets it under the same name in lower case. */
  readonly name: string;
  readonly help: string;
  /** Any number of them, none included; the action gets a list. */
  readonly repeats?: true;
  /** May be left out. */
  readonly optional?: true;
  /** The words there are. */
  readonly choices?: readonly string[];
  /** What completion offers. @default file names */
  readonly offers?: 'profiles' | 'commands';
}

/** A complete command line, and what it does. */
export type Example = readonly [line: string, meaning?: string];

/** What an action gets. */
export interface Call<Operands = object, Flags = object> {
  readonly operands: Operands;
  readonly flags: Flags;
  /** Fires when the user interrupts the run. */
  readonly signal: AbortSignal;
  /** Gives the run so many milliseconds more to stop when it is interrupted. */
  readonly extendGrace: (time: number) => void;
  readonly program: Program;
}

/** The command line as a whole, for commands that need the others. */
export interface Program {
  readonly root: Command;
  /** The help of a command, by the words that lead to it. */
  readonly help: (path: readonly string[]) => string;
}

/** Does a command's work. Resolves to the status to exit with, if it is not 0. */
export type Action<Operands = never, Flags = never> = (
  call: Call<Operands, Flags>,
) => Promise<number | void>;

/** A command as its file declares it: the action must fit operands and options. */
interface Declaration<
  Operands extends readonly Operand[],
  Options extends OptionTable,
> extends Command {
  readonly operands?: Operands;
  readonly options?: Options;
  readonly load: () => Promise<Action<OperandsOf<Operands>, FlagsOf<Options>>>;
}

type OperandsOf<Operands extends readonly Operand[]> = {
  readonly [Each in Operands[number] as Lowercase<Each['name']>]: Each extends { repeats: true }
    ? readonly string[]
    : Each extends { choices: readonly (infer Choice)[] }
      ? Choice
      : Each extends { optional: true }
        ? string | undefined
        : string;
};

/** Declares a command. */
export const defineCommand = <
  const Operands extends readonly Operand[] = readonly [],
  Options extends OptionTable = OptionTable,
>(
  declaration: Declaration<Operands, Options>,
): Command => declaration;
