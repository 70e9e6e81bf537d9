import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { pathOf, type Node } from '../../tree/node.ts';
import { importStatements, type ImportStatement } from '../references/import-statements.ts';
import type { Found } from '../find-files.ts';
import type { Trace, Where } from './state.ts';

/** Sources of the application that one of them loads, with where they are named in its text. */
export const importedSources = (
  { finder }: Trace,
  source: Node,
  text: string,
  { folders }: Where,
): (readonly [found: Found, at: number])[] => {
  const own = source.parent ? `/${pathOf(source.parent)}` : '/';
  return importsIn(source.name, text)
    .slice(0, MAX_IMPORTS)
    .flatMap(({ paths, isRelative, at }) => {
      for (const folder of isRelative ? [own] : [own, ...folders])
        for (const path of paths) {
          const found = finder.at(path, folder);
          if (found && !found.node.children && isOwn(found.node)) return [[found, at] as const];
        }
      return [];
    });
};

const MAX_IMPORTS = 1000;

const isOwn = (node: Node): boolean => !PACKAGE_FOLDER.test(`/${pathOf(node)}`);

interface Import {
  /** Where it may lie, the most likely first. */
  readonly paths: readonly string[];
  readonly isRelative: boolean;
  readonly at: number;
}

const importsIn = (name: string, text: string): Import[] => {
  if (/\.[cm]?[jt]sx?$/.test(name)) return [...text.matchAll(SCRIPT)].map(scriptImport);
  if (name.endsWith('.py')) return importStatements(text).flatMap(pythonImports);
  if (name.endsWith('.rb')) return [...text.matchAll(RUBY)].map(withEnding('.rb'));
  return name.endsWith('.php') ? [...text.matchAll(PHP)].map(withEnding('.php')) : [];
};

const SCRIPT =
  /(?:\brequire\s{0,4}\(|\bfrom|\bimport\s{0,4}\(?)\s{0,4}["'`](\.{1,2}\/[^"'`\n]{1,200})["'`]/g;

const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '/index.js', '/index.ts'];

const scriptImport = ({ 1: path = '', index }: RegExpExecArray): Import => ({
  paths: [
    ...ENDINGS.map((end) => `${path}${end}`),
    // TypeScript is imported by the name of what it is compiled to.
    path.replace(/\.([cm]?)js$/, '.$1ts'),
  ],
  isRelative: true,
  at: index,
});

const pythonImports = ({ dots, module, names, line }: ImportStatement): Import[] => {
  const isRelative = dots > 0;
  const up = '../'.repeat(Math.max(0, dots - 1));
  const places = (parts: readonly string[]): Import => {
    const path = `${up}${parts.join('/')}`;
    return { paths: [`${path}.py`, `${path}/__init__.py`], isRelative, at: line };
  };
  return [
    ...(module.length > 0 ? [places(module)] : []),
    ...names.slice(0, 50).map((name) => places([...module, name])),
  ];
};

const RUBY = /^\s*require_relative[ (]\s{0,4}["']([^"'\n#]{1,200})["']/gm;

const PHP =
  /\b(?:require|include)(?:_once)?\s{0,4}\(?\s{0,4}(?:__DIR__\s{0,4}\.\s{0,4}|dirname\(__FILE__\)\s{0,4}\.\s{0,4})?["']\/?([\w./-]{1,200})["']/g;

const withEnding =
  (ending: string) =>
  ({ 1: path = '', index }: RegExpExecArray): Import => ({
    paths: [path, `${path}${ending}`],
    isRelative: false,
    at: index,
  });
