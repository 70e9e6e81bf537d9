import { pathOf, type Node } from '../../tree/node.ts';
import type { Place } from '../place.ts';
import type { Alternatives, Fields } from '../shell/fields.ts';
import { fileProgram, inlineProgram, type Program } from '../shell/program.ts';
import type { ShellCommand, Sourced } from '../shell/run.ts';
import { runScript } from '../shell/run-script.ts';
import type { Scope } from '../shell/scope.ts';
import { UNKNOWN } from '../word.ts';
import { filesNamed } from './name-files.ts';
import { nameVariable, placeOfVariable } from './name-variable.ts';
import { mentionText } from './look-into-text.ts';
import { inFolder, type Trace, type Where } from './state.ts';

/** A shell script that is a file of the image, started with some arguments. */
export const runShellFile = async (
  trace: Trace,
  node: Node,
  args: Fields,
  where: Where,
): Promise<void> => {
  const text = await trace.readText(node, SCRIPT_SIZE);
  if (text === undefined) return;
  const program = await readProgram(trace, node);
  if (program) await runProgram(trace, program, { args, script: `/${pathOf(node)}`, where });
  else
    trace.record.leaveOpen({ kind: 'starts', place: { file: node }, word: '', isCovered: false });
  trace.enqueue({ step: { does: 'mention', node }, place: { file: node }, where });
};

/** Parses a script once. */
const readProgram = async (trace: Trace, node: Node): Promise<Program | undefined> => {
  const { programs } = trace;
  if (!programs.has(node)) {
    const text = await trace.readText(node, SCRIPT_SIZE);
    programs.set(node, text === undefined ? undefined : fileProgram(text, node));
  }
  return programs.get(node);
};

/** A text that a shell is given on a command line. */
export const runShellText = async (
  trace: Trace,
  { text, args = [] }: { readonly text: string; readonly args?: Fields | undefined },
  where: Where,
  place: Place,
): Promise<void> => {
  const program = inlineProgram(text, place);
  if (program) await runProgram(trace, program, { args, script: 'sh', where });
  mentionText(trace, text, () => place);
};

const SCRIPT_SIZE: number = 1024 * 1024;

/** Scripts that source others that source others. */
const MAX_ROUNDS = 5;

interface Call {
  readonly args: Fields;
  readonly script: string;
  readonly where: Where;
}

const runProgram = async (
  trace: Trace,
  program: Program,
  { args, script, where }: Call,
): Promise<void> => {
  const { programs } = trace;
  for (let round = 0; ; round++) {
    const wanted = new Set<Node>();
    const sourced: Sourced = (path, folders) =>
      filesNamed(trace, path, { ...where, folders })
        .filter(({ node }) => !node.children)
        .flatMap(({ node }) => {
          if (!programs.has(node)) wanted.add(node);
          return programs.get(node) ?? [];
        });
    const scope = newScope(trace, args, script, where);
    const { commands, isCut } = runScript(program, scope, sourced);
    if (wanted.size === 0 || round >= MAX_ROUNDS) {
      exportFrom(scope, trace, program.placeOf(0));
      for (const command of commands) enqueueCommand(trace, command, where);
      if (isCut)
        trace.record.leaveOpen({
          kind: 'starts',
          place: program.placeOf(0),
          word: '',
          isCovered: false,
        });
      return;
    }
    for (const node of wanted) await readProgram(trace, node);
  }
};

const newScope = (
  { environment }: Trace,
  args: Fields,
  script: string,
  { folders }: Where,
): Scope => ({
  variables: new Map(environment),
  functions: new Map(),
  exported: new Set(),
  missed: new Set(),
  arguments: [args],
  script,
  folders,
});

/** What a script exports is known to all that it starts. */
const exportFrom = ({ variables, exported }: Scope, trace: Trace, { file }: Place): void => {
  const { environment } = trace;
  for (const name of [...exported, 'PATH']) {
    const values = variables.get(name);
    if (values !== environment.get(name))
      for (const fields of values ?? [])
        nameVariable(trace, fields.join(' '), placeOfVariable(name, file));
    if (values && environment.size < MAX_VARIABLES) environment.set(name, values);
  }
};

const MAX_VARIABLES = 5000;

const enqueueCommand = (
  trace: Trace,
  { words, place, folders, input, inputFiles, isBuiltin }: ShellCommand,
  where: Where,
): void => {
  const at: Where = { ...where, folders, input, inputFiles };
  if (!isBuiltin || STARTING.has(words[0] as string))
    trace.enqueue({ step: { does: 'run', words }, place, where: at });
  else for (const word of words) trace.record.mention(word, place);
  for (const path of inputFiles)
    trace.enqueue({ step: { does: 'read', path }, place, where: inFolder(at, undefined) });
};

/** Builtins that start programs, or read scripts. */
const STARTING = new Set(['.', 'source', 'exec', 'command', 'builtin']);

/** Variables a shell has in any container. */
export const shellVariables = (user: string): readonly (readonly [string, Alternatives])[] => [
  ['HOME', [[user === '' || /^(root|0)(:|$)/.test(user) ? '/root' : UNKNOWN]]],
];
