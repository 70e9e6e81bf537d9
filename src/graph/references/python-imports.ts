import { isTestFolder } from '../../ecosystems/test-folders.ts';
import { isInside, type Node } from '../../tree/node.ts';
import { importStatements } from './import-statements.ts';
import type { FindReferences, Reference } from './reference.ts';

/**
 * Folders of tests that sources in Python import from: `from .tests import x`, `import a.b.tests.c`,
 * `import_module('.tests', __name__)`, `'a.b.tests.c'` in quotes. Functions that run tests import them, too, and do not count.
 */
export const pythonImports = (testFolders: readonly Node[]): FindReferences => {
  const packages = packagesByName(testFolders);
  if (packages.size === 0) return () => [];
  return (source, text) => {
    if (!source.name.endsWith('.py') || RUNS_TESTS.test(source.name) || !WORD.test(text)) return [];
    const found: Reference[] = [];
    const add = (folder: Node | undefined, at: number): void => {
      if (folder && !isInside(source, folder)) found.push({ kind: 'loads', to: folder, at });
    };
    const addNamed = (parts: readonly string[], names: readonly string[], at: number): void => {
      const [first = '', ...rest] = parts;
      for (const top of packages.get(first) ?? []) add(testsOnTheWay(top, rest, names), at);
    };
    const addRelative = (
      dots: number,
      parts: readonly string[],
      names: readonly string[],
      at: number,
    ): void => {
      let from: Node | undefined = source.parent;
      for (let up = 1; up < dots; up++) from = from?.parent;
      if (from) add(testsOnTheWay(from, parts, names), at);
    };
    for (const { line, indent, text: statement, dots, module, names } of importStatements(text)) {
      if (!WORD.test(statement) || isForTests(text, line, indent)) continue;
      if (dots > 0) addRelative(dots, module, names, line);
      else addNamed(module, names, line);
    }
    for (const match of text.matchAll(DOTTED))
      addNamed((match[1] as string).split('.'), [], match.index);
    for (const { 1: dots = '', 2: module = '', index } of text.matchAll(RELATIVE))
      addRelative(dots.length, partsOf(module), [], index);
    return found;
  };
};

const partsOf = (module: string): string[] => module.split('.').filter((part) => part !== '');

const WORD = /\b(tests?|idlelib|turtledemo)\b/;

/** Sources that are there to run tests. */
const RUNS_TESTS = /^(conftest|setup|runtests|test_.*|.*_tests?)\.py$/;

/** `importlib.import_module('.tests', __name__)` */
const RELATIVE = /\bimport_module\(\s*["'](\.+)([\w.]*)["']/g;

const DOTTED = /["']([A-Za-z_]\w*(?:\.\w+){0,8}\.tests?(?:\.\w+)*)["']/g;

/** Top-level packages and modules of which a part is a folder of tests. */
const packagesByName = (testFolders: readonly Node[]): Map<string, Set<Node>> => {
  const packages = new Map<string, Set<Node>>();
  for (const folder of testFolders) {
    let top = folder;
    while (top.parent && !/^((site|dist)-packages|python3[^/]*)$/.test(top.parent.name))
      top = top.parent;
    if (!top.parent) continue;
    packages.set(top.name, (packages.get(top.name) ?? new Set()).add(top));
  }
  return packages;
};

/**
 * The first folder of tests on the way along a dotted name, or at its end by one of the imported names. One
 * that is itself a top-level package has the name of many others: only its own modules count.
 */
const testsOnTheWay = (
  from: Node,
  parts: readonly string[],
  names: readonly string[],
): Node | undefined => {
  let at: Node | undefined = from;
  for (const part of parts) {
    if (isTestFolder(at) && isPackage(at)) return has(at, part) ? at : undefined;
    at = at.children?.get(part);
    if (!at) return undefined;
    if (isTestFolder(at)) return at;
  }
  if (isTestFolder(at) && isPackage(at))
    return names.some((name) => has(at, name)) ? at : undefined;
  const { children } = at;
  return names.flatMap((name) => children?.get(name) ?? []).find((node) => isTestFolder(node));
};

const isPackage = ({ parent }: Node): boolean =>
  /^((site|dist)-packages|python3[^/]*)$/.test(parent?.name ?? '');

const has = ({ children }: Node, name: string): boolean =>
  children?.has(name) === true || children?.has(`${name}.py`) === true;

/** Whether a line belongs to a function that runs tests, or to what a module does when it is run itself. */
const isForTests = (text: string, position: number, indent: string): boolean => {
  let width = indent.length;
  let end = position;
  for (let lines = 0; width > 0 && end > 0 && lines < MAX_LINES; lines++) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end);
    end = start;
    const own = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '' || own >= width) continue;
    width = own;
    if (/^\s*(async )?(def|class) \w*test/i.test(line) || /__main__|TYPE_CHECKING/.test(line))
      return true;
  }
  return false;
};

const MAX_LINES = 1000;
