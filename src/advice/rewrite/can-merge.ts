import type { Script } from 'unbash';
import type { Instruction } from '../dockerfile/instruction.ts';
import { scriptOf, type Command } from '../shell/commands.ts';

/** Whether a command can be added to the end of a `RUN`, so that it runs when all before it succeeded. */
export const canAppend = (instruction: Instruction): boolean => {
  const script = scriptOf(instruction);
  const last = script?.tree.commands.at(-1);
  return (
    last !== undefined && !last.background && !/(^|\s)#/.test(afterLast(instruction, last.end))
  );
};

/** Whether `command && ` can stand before a `RUN`: what follows must be one list, all of which needs it. */
export const canPrepend = (instruction: Instruction): boolean => {
  const script = scriptOf(instruction);
  return script !== undefined && isPlainList(script.tree);
};

const afterLast = ({ text }: Instruction, end: number): string =>
  text.slice(end).split('\n')[0] ?? '';

/** Whether several `RUN`s that follow each other can be written as one. */
export const canMerge = (instructions: readonly Instruction[]): boolean =>
  instructions.length > 1 &&
  instructions.every(({ flags, escape, stage }) => {
    const [first] = instructions as [Instruction];
    return flags.join() === first.flags.join() && escape === first.escape && stage === first.stage;
  }) &&
  instructions.every(canAppend) &&
  // Within `a && b`, a shell ignores `set -e` in all but the last command.
  instructions.slice(0, -1).every((each) => !setsExitOnError(each));

const setsExitOnError = (instruction: Instruction): boolean =>
  (scriptOf(instruction)?.commands ?? []).some(
    ({ program, words }) =>
      program === 'set' && words.some(({ value }) => /^-\w*e/.test(value) || value === 'errexit'),
  );

/**
 * Whether a script must be put in parentheses to stand among others: because it changes the shell that runs the
 * next one, or because `&&` would bind to a part of it only.
 */
export const needsSubshell = (instruction: Instruction, isFirst: boolean): boolean => {
  const script = scriptOf(instruction);
  if (!script) return false;
  return changesShell(script.tree, script.commands) || (!isFirst && !isPlainList(script.tree));
};

const changesShell = (tree: Script, commands: readonly Command[]): boolean =>
  commands.some(({ program }) => STATEFUL.has(program)) || hasAssignment(tree);

const STATEFUL = new Set(
  'cd pushd popd export set unset umask exit exec return . source trap shopt alias ulimit eval read local'.split(
    ' ',
  ),
);

/** `A=b` alone, which later commands see. */
const hasAssignment = (tree: Script): boolean => {
  const visit = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(visit);
    if (value === null || typeof value !== 'object') return false;
    const { type, name, prefix } = value as { type?: string; name?: unknown; prefix?: unknown[] };
    if (type === 'Function') return true;
    if (type === 'Command' && name === undefined && (prefix ?? []).length > 0) return true;
    return Object.values(value).some(visit);
  };
  return visit(tree.commands);
};

/** One statement that is a command, a pipeline, or several joined by `&&` alone. */
const isPlainList = ({ commands }: Script): boolean => {
  const [statement] = commands;
  if (!statement || commands.length > 1) return false;
  return (
    statement.command.type !== 'AndOr' ||
    statement.command.operators.every((operator) => operator === '&&')
  );
};
