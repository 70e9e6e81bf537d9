import type { Pipeline, Redirection, Script, SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';
import { UNKNOWN } from '../word.ts';
import { isFilter, outputOf } from './command-output.ts';
import { expandText, expandWord, expandWords, runInside, type Expander } from './expand-word.ts';
import { ANYTHING, MAX_FIELDS, sequence, type Alternatives, type Fields } from './fields.ts';
import { inlineProgram, type Program } from './program.ts';
import type { Input, Run, ShellCommand, Sourced } from './run.ts';
import { BUILTINS, runBuiltin, type Continue } from './run-builtin.ts';
import { assign, innerScope, type Scope, type ShellFunction } from './scope.ts';

export interface ScriptCommands {
  readonly commands: readonly ShellCommand[];
  /** Whether the script was too long, or its functions are called in too many ways, to be looked at as a whole. */
  readonly isCut: boolean;
}

/** All commands that a script may start, whatever its conditions say. */
export const runScript = (program: Program, scope: Scope, sourced: Sourced): ScriptCommands => {
  const commands = new Map<string, ShellCommand>();
  const emit = (command: ShellCommand): void => {
    const { words, place, folders } = command;
    const key = [place.line ?? '', folders[0], ...words].join('\0');
    if (!commands.has(key)) commands.set(key, command);
  };
  const steps = { left: MAX_STEPS, isCut: false };
  const runOnce = (): void => {
    commands.clear();
    steps.left = MAX_STEPS;
    const run: Run = {
      sourced,
      emit,
      steps,
      called: new Map(),
      depth: 0,
      program,
      scope: innerScope(scope),
      input: NO_INPUT,
    };
    runList(program.tree.commands, run);
    // Functions that nobody calls by name may be called by a computed one.
    for (const each of scope.functions.values())
      if (!run.called.has(each.body)) callFunction(each, [UNKNOWN], run);
  };
  runOnce();
  // What a function uses may be set, or defined, by those that are called later.
  const { variables, functions, missed } = scope;
  if ([...missed].some((name) => variables.has(name) || functions.has(name))) runOnce();
  return { commands: [...commands.values()], isCut: steps.isCut || steps.left < 0 };
};

/** Statements that are looked at, one as often as its function is called. */
const MAX_STEPS = 10_000;

/** Calls inside of calls. */
const MAX_DEPTH = 24;

/** Ways one function, or text, is run that are told apart. */
const MAX_CALLS = 8;

const NO_INPUT: Input = { files: [], lines: ANYTHING };

const runList = (list: readonly { readonly command: SyntaxNode }[], run: Run): void => {
  for (const { command } of list) runNode(command, run);
};

const runNode = (node: SyntaxNode, run: Run): void => {
  if (--run.steps.left < 0) return;
  switch (node.type) {
    case 'Command':
      runCommand(node, run);
      return;
    case 'Pipeline':
      runPipeline(node, run);
      return;
    case 'Subshell': {
      const { folders } = run.scope;
      runList(node.body.commands, run);
      run.scope.folders = folders;
      return;
    }
    case 'Function':
      run.scope.functions.set(node.name.value, { body: node.body, program: run.program });
      return;
    case 'For':
    case 'Select': {
      const { scope } = run;
      const lists = node.wordlist ? expandWords(node.wordlist, expanderOf(run)) : scope.arguments;
      const values = lists.flatMap((fields) => fields.map((field) => [field]));
      assign(scope, node.name.value, values.length > 0 ? values : ANYTHING);
      runList(node.body.commands, run);
      return;
    }
    case 'Redirected':
      runNode(node.command, { ...run, input: inputFrom(node.redirects, run) });
      return;
    case 'Word':
    case 'CommandExpansion':
      runInside(node, expanderOf(run));
      return;
    default:
      forEachChild(node, (child) => runNode(child, run));
  }
};

const runPipeline = ({ commands }: Pipeline, run: Run): void => {
  let { input } = run;
  for (const command of commands) {
    const last: ShellCommand[] = [];
    const emit = (each: ShellCommand): void => {
      run.emit(each);
      last.push(each);
    };
    runNode(command, { ...run, emit, input });
    if (last.length === 0 || !last.every(({ words }) => isFilter(words)))
      input = inputOf(last.slice(-4), run.scope);
  }
};

/** What a command hands on through a pipe. */
const inputOf = (commands: readonly ShellCommand[], scope: Scope): Input => {
  const lines = commands.flatMap(({ words }) => outputOf(words, scope));
  const first = commands.find(({ words }) => words[0] === 'echo' || words[0] === 'printf');
  return {
    lines: lines.length > 0 ? lines : ANYTHING,
    text: first && outputOf(first.words, scope)[0]?.join(' '),
    files: commands.flatMap(({ words: [name, ...rest] }) =>
      name === 'cat' ? rest.filter((word) => !word.startsWith('-')) : [],
    ),
  };
};

const inputFrom = (redirects: readonly Redirection[], run: Run): Input => {
  let { input } = run;
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') {
      input = { text: redirect.body.text, files: [], lines: ANYTHING };
      for (const part of redirect.body.parts ?? []) runInside(part, expanderOf(run));
    } else if (redirect.target) {
      const isInput = redirect.type === 'HereString' || redirect.operator === '<';
      const [only] = redirect.target.parts ?? [];
      if (isInput && only?.type === 'ProcessSubstitution' && only.script) {
        input = { files: [], lines: substitute(only.script, run) };
        continue;
      }
      const values = expandText(redirect.target, expanderOf(run));
      if (redirect.type === 'HereString')
        input = { text: values[0], files: [], lines: values.map((each) => [each]) };
      else if (isInput) input = { files: values, lines: ANYTHING };
    }
  }
  return input;
};

const runCommand = (node: Extract<SyntaxNode, { type: 'Command' }>, run: Run): void => {
  const expander = expanderOf(run);
  const parts: Alternatives[] = node.name ? [expandWord(node.name, expander)] : [];
  for (const each of [...node.prefix, ...node.args.slice(0, MAX_FIELDS)]) {
    if (each.type === 'Assignment') {
      const values =
        each.value.type === 'ArrayValue'
          ? expandWords(each.value.elements, expander)
          : expandText(each.value, expander).map((text) => [text]);
      assign(run.scope, each.name, values, each.append ? each.value.type : undefined);
      const isPrefix = node.name !== undefined && node.prefix.includes(each);
      if (isPrefix || node.name?.value === 'export') run.scope.exported.add(each.name);
    } else if (each.type === 'Word') parts.push(expandWord(each, expander));
  }
  const input = inputFrom(node.redirects, run);
  const place = run.program.placeOf(node.pos);
  for (const words of sequence(parts))
    if (words.length > 0) dispatch(words, { ...run, input }, place);
};

/** A function, a builtin that changes what is known, or a program. */
const dispatch = (words: Fields, run: Run, place: ShellCommand['place']): void => {
  const [name, ...rest] = words as [string, ...string[]];
  const called = run.scope.functions.get(name);
  if (called) {
    callFunction(called, rest, run);
    return;
  }
  run.scope.missed.add(name);
  const { input, scope, emit } = run;
  emit({
    words,
    place,
    folders: scope.folders,
    input: input.text,
    inputFiles: input.files,
    isBuiltin: BUILTINS.has(name),
  });
  const goOn: Continue = {
    command: (next) => dispatch(next, run, place),
    text: (text) => {
      const program = inlineProgram(text, place);
      if (program) runProgram(program, run);
    },
    program: (program, args) => {
      runProgram(program, args.length > 0 ? { ...run, scope: innerScope(scope, [args]) } : run);
    },
  };
  runBuiltin(words, run, goOn);
};

/** In how ever many ways it is called, a function does the same with words that nobody knows. */
const callFunction = ({ body, program }: ShellFunction, args: Fields, run: Run): void => {
  const isOften = (run.called.get(body)?.size ?? 0) >= MAX_CALLS;
  const words = isOften ? args.map(() => UNKNOWN) : args;
  if (!isNew(run, body, words, isOften)) return;
  const scope = innerScope(run.scope, [words]);
  runNode(body, { ...run, program, scope, depth: run.depth + 1 });
  run.scope.folders = scope.folders;
};

/** Text in the same shell: what it sets is known behind it. */
const runProgram = (program: Program, run: Run): void => {
  if (isNew(run, program.tree, run.scope.arguments.flat()))
    runList(program.tree.commands, { ...run, program, depth: run.depth + 1 });
};

/** Whether something is to be run: not deeper than anybody goes, and not once more with the same. */
const isNew = (
  { called, depth, steps }: Run,
  key: object,
  args: Fields,
  isSummary = false,
): boolean => {
  const before = called.get(key) ?? new Set();
  called.set(key, before);
  const text = args.join('\0');
  if (before.has(text)) return false;
  const limit = isSummary ? 2 * MAX_CALLS : MAX_CALLS;
  if (depth > MAX_DEPTH || before.size >= limit) {
    steps.isCut = true;
    return false;
  }
  before.add(text);
  return true;
};

const expanderOf = (run: Run): Expander => ({
  scope: run.scope,
  substitute: (script) => substitute(script, run),
});

/** Runs what stands in `$(…)`, in a shell of its own, and says what it may print. */
const substitute = (script: Script, run: Run): Alternatives => {
  if (run.depth > MAX_DEPTH) return ANYTHING;
  const last: ShellCommand[] = [];
  const inner: Run = {
    ...run,
    scope: innerScope(run.scope),
    depth: run.depth + 1,
    emit: (command) => {
      run.emit(command);
      last.push(command);
    },
  };
  for (const { command } of script.commands) {
    last.length = 0;
    runNode(command, inner);
  }
  const printing = last.findLast(({ words }) => !isFilter(words));
  return printing ? outputOf(printing.words, inner.scope) : ANYTHING;
};
