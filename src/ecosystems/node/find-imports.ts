import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import { toolOfSettings } from './builders.ts';

/** Which files of an application are sources. */
export interface ImportSearch {
  readonly open: OpenFile;
  /** TypeScript is read only if the image runs it without compiling. */
  readonly runsTypeScript: boolean;
  /** Files that nothing but development starts. */
  readonly skip: ReadonlySet<Node>;
  /** Whether the image names a file itself. */
  readonly isNamed: (node: Node) => boolean;
  /** Whether the image starts a program. */
  readonly isStarted: (program: string) => boolean;
}

/**
 * Names of packages that an application's own sources import. Tests are skipped, and settings of tools that
 * the image does not start: they import what only a build needs. What the image names, or a source imports,
 * is read whatever its name is.
 */
export const findImports = async (
  root: Node,
  folders: readonly Node[],
  search: ImportSearch,
): Promise<Set<string>> => {
  const names = new Set<string>();
  const budget = newStepBudget();
  const isScript = scriptTest(search.runsTypeScript);
  const { sources, settings } = listSources(folders, search, isScript);
  const read = async (source: Node, isSettings: boolean): Promise<void> => {
    const text = await readText(search.open, source, SOURCE_SIZE);
    if (text === undefined) return;
    for (const [, spec = ''] of text.matchAll(IMPORT)) {
      const name = packageName(spec);
      if (name !== undefined) names.add(name);
      else if (spec.startsWith('.'))
        for (const end of ENDINGS) {
          const { node } = resolvePath(root, `${spec}${end}`, source.parent, budget);
          if (node && !node.children && isScript(node)) sources.add(node);
        }
    }
    // `presets: ['@babel/preset-env']`
    for (const [, value = ''] of isSettings ? text.matchAll(QUOTED) : []) {
      const name = packageName(value);
      if (name !== undefined) names.add(name);
    }
  };
  // A set that grows is gone through to its end.
  for (const source of sources) await read(source, false);
  for (const [file, tool] of settings) {
    if (!search.isStarted(tool) && !names.has(tool)) continue;
    sources.add(file);
    await read(file, true);
  }
  return names;
};

const SOURCE_SIZE = 64 * 1024 * 1024;

/** What Node adds to a path. */
const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.jsx', '.tsx', '/index.js', '/index.ts'];

const scriptTest = (runsTypeScript: boolean): ((node: Node) => boolean) => {
  const pattern = runsTypeScript ? /\.[cm]?[jt]sx?$/ : /\.([cm]?js|jsx)$/;
  return (node) => (node.name.includes('.') ? pattern.test(node.name) : isProgram(node));
};

const isProgram = ({ entry }: Node): boolean =>
  ((entry?.mode ?? 0) & 0o111) !== 0 && (entry?.size ?? 0) < 1024 * 1024;

interface Sources {
  readonly sources: Set<Node>;
  /** Settings, each with its tool. */
  readonly settings: ReadonlyMap<Node, string>;
}

const listSources = (
  folders: readonly Node[],
  { skip, isNamed }: ImportSearch,
  isScript: (node: Node) => boolean,
): Sources => {
  const sources = new Set<Node>();
  const settings = new Map<Node, string>();
  const todo = folders.map((folder) => ({ folder, isOmitted: false }));
  for (let at = todo.pop(); at; at = todo.pop()) {
    const isPackage = at.folder.children?.has('package.json') === true;
    for (const child of at.folder.children?.values() ?? []) {
      if (child.children) {
        if (!OTHERS.test(child.name))
          todo.push({ folder: child, isOmitted: at.isOmitted || SKIPPED_FOLDERS.test(child.name) });
      } else if (isScript(child)) {
        const tool = isPackage ? toolOfSettings(child.name) : undefined;
        if (isNamed(child)) sources.add(child);
        else if (tool !== undefined) settings.set(child, tool);
        else if (!at.isOmitted && !SKIPPED_FILES.test(child.name) && !skip.has(child))
          sources.add(child);
      }
    }
  }
  return { sources, settings };
};

/** Folders with nothing of the application. */
const OTHERS = /^(node_modules|\.git|\.next|\.nuxt|coverage)$/;

const SKIPPED_FOLDERS =
  /^(tests?|__tests__|__mocks__|specs?|e2e|cypress|benchmarks?|\.storybook|\.husky|\.github)$/;

const SKIPPED_FILES = /\.(test|spec|stories|e2e)\./i;

const IMPORT =
  /(?:\brequire(?:\.resolve)?\s{0,8}\(|\bfrom|\bimport\s{0,8}\(?)\s{0,8}["'`]([^"'`\n]{1,256})["'`]/g;

const QUOTED = /["'`]([^"'`\s]{1,128})["'`]/g;

/** `@scope/name` of `@scope/name/file`; `undefined` for paths and Node's own modules. */
const packageName = (spec: string): string | undefined =>
  /^(@[^/\s]+\/[^/\s]+|[^@./\s][^/\s:]*)(\/.*)?$/.exec(spec)?.[1];
