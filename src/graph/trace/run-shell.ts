import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import type { Place } from '../place.ts';
import type { Action } from '../commands/action.ts';
import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
import { isChoiceOfUser } from '../shell/choices-of-users.ts';
import { fileProgram, inlineProgram, type Program } from '../shell/program.ts';
import type { ScriptFiles, ShellCommand } from '../shell/run.ts';
import { runScript } from '../shell/run-script.ts';
import type { Scope } from '../shell/scope.ts';
import { hasUnknown, isLiteral } from '../word.ts';
import { filesNamed, programsNamed } from './name-files.ts';
import { madeTexts } from './made-texts.ts';
import { nameVariable, placeOfVariable } from './name-variable.ts';
import { isBinary, mentionText } from './look-into-text.ts';
import { inFolder, type Trace, type Where } from './state.ts';

/** A shell script that is a file of the image, started with some arguments. */
export const runShellFile = async (
  trace: Trace,
  node: Node,
  args: Fields,
  where: Where,
  calledAs?: string,
): Promise<void> => {
  const text = await trace.readText(node, SCRIPT_SIZE);
  if (text === undefined) return;
  const program = await readProgram(trace, node);
  if (program)
    await runProgram(trace, program, {
      args,
      script: `/${pathOf(node)}`,
      calledAs: calledAs === `/${pathOf(node)}` ? undefined : calledAs,
      where,
    });
  else
    trace.record.leaveOpen({ kind: 'starts', place: { file: node }, word: '', isCovered: false });
  trace.enqueue({ step: { does: 'mention', node }, place: { file: node }, where });
};

/** A script by its path: of the image, or one that another script writes. */
export const runScriptNamed = async (
  trace: Trace,
  { path, args, sourced }: Extract<Action, { does: 'script' }>,
  where: Where,
  place: Place,
): Promise<void> => {
  const files = filesNamed(trace, path, where);
  const found = files.length > 0 || sourced ? files : programsNamed(trace, path, where);
  for (const each of found) {
    if (each.node.children) continue;
    trace.record.need('loads', each, place);
    // What is sourced was looked at with what sources it.
    if (sourced) trace.enqueue({ step: { does: 'look', node: each.node }, place, where });
    else await runShellFile(trace, each.node, args, where);
  }
  const made = isLiteral(path) ? madeTexts(trace, path, where) : [];
  // What is sourced was read with what sources it.
  for (const text of sourced ? [] : made)
    await runShellText(trace, { text: asText([text]), args }, where, place);
  if (found.length + made.length === 0 && path.includes('/') && isLiteral(path))
    trace.record.miss(path, place);
  if (hasUnknown(path))
    trace.record.leaveOpen({
      kind: 'loads',
      place,
      word: path,
      isCovered: files.length > 0 || trace.finder.isBound(path),
    });
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
  { text, args = [], name = 'sh' }: Omit<Extract<Action, { does: 'shell' }>, 'does'>,
  where: Where,
  place: Place,
): Promise<void> => {
  const program = inlineProgram(text, place);
  if (program) await runProgram(trace, program, { args, script: name, where });
  mentionText(trace, text, () => place);
};

const SCRIPT_SIZE: number = 1024 * 1024;

/** Scripts that source others that source others. */
const MAX_ROUNDS = 5;

interface Call {
  readonly args: Fields;
  readonly script: string;
  /** A symlink, perhaps, whose name says what is to be done. */
  readonly calledAs?: string | undefined;
  readonly where: Where;
}

const runProgram = async (
  trace: Trace,
  program: Program,
  { args, script, calledAs, where }: Call,
): Promise<void> => {
  for (let round = 0; ; round++) {
    const { files, wanted } = scriptFiles(trace, where);
    const scope = newScope(trace, { args, script, calledAs, where });
    const { commands, isCut } = runScript(program, scope, files);
    if (wanted.size === 0 || round >= MAX_ROUNDS) {
      exportFrom(scope, trace, program.placeOf(0));
      for (const command of commands) enqueueCommand(trace, command, where);
      for (const name of scope.missed)
        if (isChoiceOfUser(name) && !trace.environment.has(name))
          trace.record.leaveOpen({
            kind: 'starts',
            place: program.placeOf(0),
            word: `what users name in ${name}`,
            isCovered: true,
          });
      if (isCut)
        trace.record.leaveOpen({
          kind: 'starts',
          place: program.placeOf(0),
          word: '',
          isCovered: false,
        });
      return;
    }
    for (const node of wanted) await readFile(trace, node);
  }
};

/** What a script may read itself, as far as it was read before; the rest is wanted. */
const scriptFiles = (
  trace: Trace,
  where: Where,
): { readonly files: ScriptFiles; readonly wanted: ReadonlySet<Node> } => {
  const { programs, texts } = trace;
  const wanted = new Set<Node>();
  const programOf = (node: Node): Program | undefined => {
    if (!programs.has(node)) wanted.add(node);
    return programs.get(node);
  };
  const named = (path: string, folders: readonly string[]): Node[] =>
    filesNamed(trace, path, { ...where, folders })
      .map(({ node }) => node)
      .filter((node) => typeOf(node) === 'file');
  return {
    wanted,
    files: {
      sourced: (path, folders) => named(path, folders).flatMap((node) => programOf(node) ?? []),
      scripts: (name, folders) =>
        programsNamed(trace, name, { ...where, folders })
          .filter(({ node }) => (node.entry?.size ?? 0) <= SMALL)
          .flatMap(({ node }) => {
            const program = programOf(node);
            return program && SHELL_SCRIPT.test(program.text)
              ? [{ program, path: `/${pathOf(node)}` }]
              : [];
          }),
      texts: (path, folders) =>
        named(path, folders)
          .filter((node) => (node.entry?.size ?? 0) <= SMALL)
          .flatMap((node) => {
            if (!texts.has(node)) wanted.add(node);
            return texts.get(node) ?? [];
          }),
    },
  };
};

/** Scripts that others read the answers of, and settings. */
const SMALL: number = 64 * 1024;

const SHELL_SCRIPT = /^#!\s*\S*\/(?:env\s+(?:-S\s+)?|busybox\s+)?(?:\S*\/)?(?:ba|da|a|k|mk|z)?sh\b/;

/** Reads what a script wants to know of a file: its text, and the program that it may be. */
const readFile = async (trace: Trace, node: Node): Promise<void> => {
  await readProgram(trace, node);
  const text = (node.entry?.size ?? 0) > SMALL ? undefined : await trace.readText(node, SMALL);
  trace.texts.set(node, text === undefined || isBinary(text) ? undefined : text);
};

const newScope = (
  { environment, made }: Trace,
  { args, script, calledAs, where: { folders } }: Call,
): Scope => ({
  variables: new Map(environment),
  functions: new Map(),
  exported: new Set(),
  exporting: { isOn: false },
  written: new Map(made),
  missed: new Set(),
  arguments: [args],
  script,
  calledAs,
  references: new Map(),
  folders,
});

/** What a script exports is known to all that it starts. */
const exportFrom = (
  { variables, exported, written }: Scope,
  trace: Trace,
  { file }: Place,
): void => {
  const { environment, made } = trace;
  for (const [path, texts] of written) made.set(path, texts);
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
  { words, place, folders, input, inputFiles, isFed, isBuiltin }: ShellCommand,
  where: Where,
): void => {
  const at: Where = { ...where, folders, input, inputFiles, isFed };
  if (!isBuiltin || STARTING.has(words[0] as string))
    trace.enqueue({ step: { does: 'run', words }, place, where: at });
  else for (const word of words) trace.record.mention(word, place);
  for (const path of inputFiles)
    trace.enqueue({ step: { does: 'read', path }, place, where: inFolder(at, undefined) });
};

/** Builtins that start programs, or read scripts. */
const STARTING = new Set(['.', 'source', 'exec', 'command', 'builtin']);
