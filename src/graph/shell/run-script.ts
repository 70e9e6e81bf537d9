import type { Pipeline, Redirection, Script, SyntaxNode } from 'unbash';
import { forEachChild } from 'unbash';
import { joinPath } from '../paths.ts';
import { UNKNOWN, hasUnknown } from '../word.ts';
import { outputOf } from './command-output.ts';
import { expandText, expandWord, expandWords, runInside, type Expander } from './expand-word.ts';
import {
  ANYTHING,
  MAX_FIELDS,
  distinct,
  sequence,
  type Alternatives,
  type Fields,
} from './fields.ts';
import { NO_INPUT, asInput, newOutput, note, printed, type Output } from './output.ts';
import { inlineProgram, type Program } from './program.ts';
import { inputFrom, targetOf, write } from './redirects.ts';
import type { Run, ScriptFiles, ShellCommand } from './run.ts';
import { BUILTINS, runBuiltin, type Continue } from './run-builtin.ts';
import {
  assign,
  define,
  functionsNamed,
  innerScope,
  refer,
  type Scope,
  type ShellFunction,
} from './scope.ts';

export interface ScriptCommands {
  readonly commands: readonly ShellCommand[];
  /** Whether the script was too long, or its functions are called in too many ways, to be looked at as a whole. */
  readonly isCut: boolean;
}

/** All commands that a script may start, whatever its conditions say. */
export const runScript = (program: Program, scope: Scope, files: ScriptFiles): ScriptCommands => {
  const commands = new Map<string, ShellCommand>();
  const emit = (command: ShellCommand): void => {
    const { words, place, folders } = command;
    const key = [place.line ?? '', folders[0], command.input ?? '', ...words].join('\0');
    if (!commands.has(key)) commands.set(key, command);
  };
  const steps = { left: MAX_STEPS, isCut: false };
  const runOnce = (): void => {
    commands.clear();
    steps.left = MAX_STEPS;
    const run: Run = {
      files,
      emit,
      steps,
      called: new Map(),
      depth: 0,
      program,
      scope: innerScope(scope),
      input: NO_INPUT,
      output: undefined,
    };
    runList(program.tree.commands, run);
    // Functions that nobody calls by name may be called by a computed one.
    for (const each of [...scope.functions.values()].flat())
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
      define(run.scope, node.name.value, { body: node.body, program: run.program });
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
      redirected(node.redirects, run, (inner) => runNode(node.command, inner));
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
  for (const [at, command] of commands.entries()) {
    const output = at === commands.length - 1 ? run.output : newOutput();
    runNode(command, { ...run, input, output });
    if (output && output !== run.output) input = asInput(output);
  }
};

/** What is run with redirections reads from them, and writes to them. */
const redirected = (
  redirects: readonly Redirection[],
  run: Run,
  go: (inner: Run) => void,
): void => {
  if (redirects.length === 0) {
    go(run);
    return;
  }
  const expander = expanderOf(run);
  const input = inputFrom(redirects, run, expander);
  const target = targetOf(redirects, run, expander);
  const output = target ? newOutput() : run.output;
  go({ ...run, input, output });
  if (target && output) write(run.scope, target.paths, output);
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
      if (isReference(node)) refer(run.scope, each.name, values.flat());
      else if (each.index)
        setElement(run.scope, each.name, expandText(each.index, expander), values);
      else assign(run.scope, each.name, values, each.append ? each.value.type : undefined);
      const isPrefix = node.name !== undefined && node.prefix.includes(each);
      const isExport = /^(export|declare|typeset)$/.test(node.name?.value ?? '');
      if (isPrefix || isExport) run.scope.exported.add(each.name);
    } else if (each.type === 'Word') parts.push(expandWord(each, expander));
  }
  const place = run.program.placeOf(node.pos);
  redirected(node.redirects, run, (inner) => {
    // `$(<file)`
    if (!node.name && node.redirects.length > 0 && inner.output)
      note(inner.output, [inner.input.lines]);
    // In however many ways it may turn out, it prints once.
    const output = inner.output && newOutput();
    const ways = sequence(parts).filter((words) => words.length > 0);
    for (const words of ways) dispatch(words, { ...inner, output }, place);
    if (!inner.output || !output || output.parts.length === 0) return;
    note(inner.output, ways.length > 1 ? [distinct(output.parts.flat())] : output.parts);
    inner.output.files.push(...output.files);
  });
};

/** `declare -n other=name` */
const isReference = (node: Extract<SyntaxNode, { type: 'Command' }>): boolean =>
  /^(?:declare|local|typeset)$/.test(node.name?.value ?? '') &&
  node.args.some((each) => each.type === 'Word' && /^-\w*n/.test(each.value));

/** `list[1]=x`, `table[name]=x`: one more element, with its key. */
const setElement = (
  scope: Scope,
  name: string,
  keys: readonly string[],
  values: Alternatives,
): void => {
  const before = scope.variables.get(name) ?? [[]];
  const added = keys.flatMap((key) => values.map((fields) => `[${key}]=${fields.join(' ')}`));
  assign(
    scope,
    name,
    before.map((fields) => [...new Set([...fields, ...added])].slice(0, MAX_FIELDS)),
  );
};

/** A function, a builtin that changes what is known, or a program. */
const dispatch = (words: Fields, run: Run, place: ShellCommand['place']): void => {
  const [name, ...rest] = words as [string, ...string[]];
  const called = functionsNamed(run.scope, name);
  for (const each of called) callFunction(each, rest, run);
  if (called.length > 0) return;
  run.scope.missed.add(name);
  const { input, scope, emit } = run;
  emit({
    words,
    place,
    folders: scope.folders,
    input: input.text,
    inputFiles: input.files,
    isFed: input.isUnknown === true && input.text === undefined,
    isBuiltin: BUILTINS.has(name),
  });
  if (run.output) noteOutput(words, run, run.output);
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

/** Notes what a command prints; a script of a shell is run for that. */
const noteOutput = (words: Fields, run: Run, output: Output): void => {
  const { scope, input, files } = run;
  const [name = '', ...rest] = words;
  const scripts = BUILTINS.has(name) || hasUnknown(name) ? [] : files.scripts(name, scope.folders);
  const before = output.parts.length;
  for (const { program, path } of scripts) {
    const inner: Scope = {
      ...scope,
      variables: new Map(scope.variables),
      functions: new Map(),
      arguments: [rest],
      script: path,
    };
    runProgram(program, { ...run, scope: inner, emit: () => {} });
  }
  if (scripts.length > 0) {
    if (output.parts.length === before) note(output, [ANYTHING]);
    return;
  }
  const part = outputOf(words, {
    folders: scope.folders.slice(0, scope.calledAs === undefined ? 1 : 2),
    input,
    texts: (path) => [
      ...(scope.written.get(joinPath(scope.folders[0] ?? '/', path)) ?? []),
      ...files.texts(path, scope.folders),
    ],
  });
  if (part.length > 0) note(output, [part]);
  if (name === 'cat') output.files.push(...rest.filter((word) => !word.startsWith('-')));
};

/** In how ever many ways it is called, a function does the same with words that nobody knows. */
const callFunction = ({ body, program }: ShellFunction, args: Fields, run: Run): void => {
  const isOften = (run.called.get(body)?.size ?? 0) >= MAX_CALLS;
  const words = isOften ? args.map(() => UNKNOWN) : args;
  runCalled(run, body, { words, isSummary: isOften }, (output) => {
    const scope = innerScope(run.scope, [words]);
    runNode(body, { ...run, program, scope, depth: run.depth + 1, output });
    run.scope.folders = scope.folders;
  });
};

/** Text in the same shell: what it sets is known behind it. */
const runProgram = (program: Program, run: Run): void => {
  const words = run.scope.arguments.flat();
  runCalled(run, program.tree, { words, isSummary: false }, (output) => {
    runList(program.tree.commands, { ...run, program, depth: run.depth + 1, output });
  });
};

/** Runs something unless that is deeper than anybody goes, or it was run with the same: then it prints the same. */
const runCalled = (
  { called, depth, steps, output }: Run,
  key: object,
  { words, isSummary }: { readonly words: Fields; readonly isSummary: boolean },
  go: (output: Output) => void,
): void => {
  const calls = called.get(key) ?? new Map<string, Output>();
  called.set(key, calls);
  const text = words.join('\0');
  const before = calls.get(text);
  if (before) {
    if (output && output !== before) note(output, before.parts);
    return;
  }
  const limit = isSummary ? 2 * MAX_CALLS : MAX_CALLS;
  if (depth > MAX_DEPTH || calls.size >= limit) {
    steps.isCut = true;
    if (output) note(output, [ANYTHING]);
    return;
  }
  const own = newOutput();
  calls.set(text, own);
  go(own);
  if (output) note(output, own.parts);
};

const expanderOf = (run: Run): Expander => ({
  scope: run.scope,
  substitute: (script) => (run.depth > MAX_DEPTH ? ANYTHING : printed(outputOfScript(script, run))),
  outputOf: (script) => (run.depth > MAX_DEPTH ? newOutput() : outputOfScript(script, run)),
});

/** Runs what stands in `$(…)`, in a shell of its own, and says what it may print. */
const outputOfScript = (script: Script, run: Run): Output => {
  const output = newOutput();
  const scope = innerScope(run.scope);
  runList(script.commands, { ...run, scope, depth: run.depth + 1, output });
  return output;
};
