import type { Script } from 'unbash';
import { withoutBreaks, type Instruction } from '../dockerfile/instruction.ts';
import { parseShell } from '../../graph/shell/parse-shell.ts';

/** A command in the script of a `RUN`. Positions are those in the text of the instruction. */
export interface Command {
  readonly program: string;
  /** What follows the program, without quotes. */
  readonly words: readonly ShellWord[];
  readonly at: number;
  readonly end: number;
}

export interface ShellWord {
  readonly value: string;
  readonly at: number;
  readonly end: number;
}

/** The script of a `RUN` that a shell runs: `undefined` for the exec form, here-documents and what cannot be parsed. */
export interface RunScript {
  readonly tree: Script;
  /** All commands, those in branches, pipelines and subshells included, in the order of the text. */
  readonly commands: readonly Command[];
}

const known = new WeakMap<Instruction, RunScript | null>();

export const scriptOf = (instruction: Instruction): RunScript | undefined => {
  const found = known.get(instruction);
  if (found !== undefined) return found ?? undefined;
  const script = readScript(instruction);
  known.set(instruction, script ?? null);
  return script;
};

const readScript = (instruction: Instruction): RunScript | undefined => {
  const { keyword, hasHereDocument, argumentsAt, text } = instruction;
  if (keyword !== 'RUN' || hasHereDocument || text[argumentsAt] === '[') return undefined;
  const view = ' '.repeat(argumentsAt) + withoutBreaks(instruction).slice(argumentsAt);
  const tree = parseShell(view);
  if (!tree || ((tree as { errors?: readonly unknown[] }).errors ?? []).length > 0)
    return undefined;
  return { tree, commands: findCommands(tree) };
};

/** `undefined` for what is no list of programs, such as words that only run time knows. */
export const commandsOf = (instruction: Instruction): readonly Command[] =>
  scriptOf(instruction)?.commands ?? [];

interface SyntaxCommand {
  readonly type: 'Command';
  readonly pos: number;
  readonly end: number;
  readonly name?: SyntaxWord;
  readonly suffix: readonly { type: string }[];
}

interface SyntaxWord {
  readonly type: 'Word';
  readonly value: string;
  readonly pos: number;
  readonly end: number;
}

const findCommands = (tree: Script): Command[] => {
  const commands: Command[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object') {
      if ((value as SyntaxCommand).type === 'Command') {
        const command = readCommand(value as SyntaxCommand);
        if (command) commands.push(command);
      }
      Object.values(value).forEach(visit);
    }
  };
  visit(tree.commands);
  return commands.sort((a, b) => a.at - b.at);
};

const readCommand = ({ name, suffix, pos, end }: SyntaxCommand): Command | undefined => {
  if (!name) return undefined;
  const words = [name, ...suffix.filter((each): each is SyntaxWord => each.type === 'Word')].map(
    (word): ShellWord => ({ value: word.value, at: word.pos, end: word.end }),
  );
  while (words.length > 1 && isWrapper(words)) words.shift();
  const [program, ...rest] = words as [ShellWord, ...ShellWord[]];
  return {
    program: program.value.slice(program.value.lastIndexOf('/') + 1),
    words: rest,
    at: pos,
    end,
  };
};

/** `sudo -E env A=b npm ci` is `npm ci`. */
const isWrapper = ([first, second]: readonly ShellWord[]): boolean =>
  /^(sudo|env|exec|command|time|nice)$/.test(first?.value ?? '') ||
  /^[A-Za-z_]\w*=/.test(first?.value ?? '') ||
  (/^-[A-Za-z]+$/.test(first?.value ?? '') && second !== undefined);

/** The word of a command that is no option and stands first: `install` of `apt-get -y install x`. */
export const verbOf = ({ words }: Command): ShellWord | undefined =>
  words.find(({ value }) => !value.startsWith('-'));

/** What follows the verb but options. */
export const operandsOf = (command: Command): readonly ShellWord[] => {
  const verb = verbOf(command);
  return command.words.filter((word) => word !== verb && !word.value.startsWith('-'));
};

export const hasOption = ({ words }: Command, ...names: readonly string[]): boolean =>
  words.some(({ value }) => names.includes(value.split('=', 1)[0] as string));
