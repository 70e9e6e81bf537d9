import {
  importStatements,
  type ImportStatement,
} from '../../graph/references/import-statements.ts';
import type { CodeNames, CodeOrigin, ModuleName, Unbound, Word } from './code-names.ts';
import { literalArgument, type Argument } from './literal-argument.ts';
import { withoutProse } from './python-text.ts';

/**
 * Names in a source of Python. Of an application's own code all words in quotes count, and whatever may load something by
 * a name that it makes up; packages are told names by who calls them, so theirs count where they say what they are.
 */
export const pythonNames = (text: string, { isOwn, isEntry, isMain }: CodeOrigin): CodeNames => {
  const code = isOwn ? text : withoutProse(text);
  const statements = importStatements(code).filter((each) => !isIdle(code, each, isOwn, isMain));
  const { modules, unbound } = computedNames(code, statements, isOwn);
  return {
    modules: [
      ...statements.flatMap(importedModules),
      ...modules,
      ...(isEntry ? listedModules(code) : []),
      ...begunNames(code, unbound.length > 0),
      ...(!isOwn && unbound.length > 0 ? besideUnbound(code) : []),
    ],
    words: isOwn ? ownWords(code) : packageWords(code, unbound.length > 0),
    unbound: isOwn ? unbound : [],
  };
};

const importedModules = ({ at, dots, module, names }: ImportStatement): ModuleName[] => {
  const place = { at, ...(dots > 0 && { up: dots - 1 }) };
  return [
    { ...place, parts: module },
    ...names.map((name) => ({ ...place, parts: [...module, name] })),
  ];
};

/** Modules of its own that a package names in quotes: `__all__`, and those that it loads when they are asked for. */
const listedModules = (text: string): ModuleName[] =>
  /__all__|__getattr__|lazy/i.test(text)
    ? [...text.matchAll(/["']([A-Za-z_]\w{0,100})["']/g)].map(({ 1: name = '', index }) => ({
        at: index,
        parts: [name],
        up: 0,
      }))
    : [];

/** What only checkers of types load, or others have loaded; of packages also what functions that run their tests do, and what is run as a program. */
const isIdle = (
  text: string,
  { line, indent }: ImportStatement,
  isOwn: boolean,
  isMain: boolean,
): boolean => {
  let width = indent.length;
  for (let end = line, lines = 0; width > 0 && end > 0 && lines < MAX_LINES; lines++) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const above = text.slice(start, end);
    end = start;
    const own = /^[ \t]*/.exec(above)?.[0].length ?? 0;
    if (above.trim() === '' || own >= width) continue;
    width = own;
    // What is asked for by `in sys.modules` was loaded before.
    if (/^\s*if (?:(?:\w+\.)?TYPE_CHECKING:|["'][\w.]+["'] in sys\.modules\b)/.test(above))
      return true;
    if (isOwn) continue;
    if (/^\s*(async )?(def|class) \w*test/i.test(above)) return true;
    if (!isMain && /^if __name__ == ["']__main__["']/.test(above)) return true;
  }
  return false;
};

const MAX_LINES = 300;

const ownWords = (text: string): Word[] =>
  [...text.matchAll(QUOTED)].flatMap(({ 1: quoted = '', index }) =>
    quoted
      .split(/[^\w.-]+/)
      .filter((word) => word !== '')
      .map((word) => ({ at: index, word })),
  );

/** A word in quotes, or a URL, whose scheme may name a driver. */
const QUOTED = /["'](?=([\w./:+@=?&%#~[\], -]{1,300})["'])/g;

/** Strings that a name is put behind: `f"matplotlib.backends.backend_{name}"`. By themselves, short ones mean anything. */
const begunNames = (text: string, hasUnbound: boolean): ModuleName[] =>
  [...text.matchAll(BEGUN)].flatMap(({ 1: begin = '', index }) => {
    const parts = begin.split('.');
    const stem = parts.pop() as string;
    return parts.length > 1 || hasUnbound ? [{ at: index, parts, stem }] : [];
  });

const BEGUN =
  /["']([A-Za-z_]\w{0,100}(?:\.\w{1,100}){0,8}\.\w{0,100})(?:(?:\{[^{}"'\n]{0,100}\}|%s)(?:\.\w{1,100}){0,4}["']|["']\s{0,10}\+)/g;

/** A package that is told what to load has names for it of its own: of modules beside its source, all of them where it lists those. */
const besideUnbound = (text: string): ModuleName[] => [
  ...[...text.matchAll(SINGLE)].map(({ 1: name = '', index }) => ({
    at: index,
    parts: [name],
    up: 0,
  })),
  ...(LISTS.test(text) ? [{ at: text.search(LISTS), parts: [], up: 0, stem: '' }] : []),
];

const SINGLE = /["']([A-Za-z_]\w{0,100})["']/g;

const LISTS = /\b(?:listdir|scandir|iterdir|r?glob|iter_modules|walk_packages)\b/;

const packageWords = (text: string, hasUnbound: boolean): Word[] => [
  ...(hasUnbound
    ? [...text.matchAll(SINGLE)].map(({ 1: word = '', index }) => ({ at: index, word }))
    : []),
  ...[...text.matchAll(DOTTED)].map(({ 1: word = '', index }) => ({ at: index, word })),
  ...[...text.matchAll(ASKED)].map(({ 1: word = '', index }) => ({ at: index, word })),
];

const DOTTED = /["'](\.?[A-Za-z_]\w{0,100}(?:\.\w{1,100}){1,10})(?:[:"'])/g;

/** `import_optional_dependency("lxml")`, `version("numpy")`, `load_entry_point('gunicorn', …)`. */
const ASKED =
  /\b\w{0,40}(?:import|require|find_spec|[Ll]azy|distribution|version|entry_point)\w{0,40}\(\s{0,40}["']([A-Za-z][\w.-]{0,100})["']/g;

/** Functions that load what their first argument names. */
const IMPORTERS =
  'import_module|__import__|find_spec|find_module|find_loader|load_module|load_source|run_module|run_path|import_string|import_object|import_by_path|import_from_string|symbol_by_name|namedAny|namedModule|resolve_name|locate|spec_from_file_location|SourceFileLoader|LazyLoader';

const GROUPS =
  'entry_points|iter_entry_points|load_entry_point|get_entry_info|get_entry_map|ExtensionManager|DriverManager|NamedExtensionManager|EnabledExtensionManager|HookManager|DispatchExtensionManager|NameDispatchExtensionManager';

const LISTERS = 'iter_modules|walk_packages|find_modules';

const COMPUTED = new RegExp(`(?<!\\w)(?:(${IMPORTERS})|(${GROUPS})|(${LISTERS}))(?!\\w)`, 'g');

/** Code and objects that are read while it runs name any module. */
const ANYTHING =
  /(?<![\w.])(?:exec|eval|execfile)\s{0,4}\(|\b(?:pickle|cPickle|dill|cloudpickle|joblib|shelve|jsonpickle|read_pickle|allow_pickle|unsafe_load|UnsafeLoader|FullLoader)\b|\bgetattr\(\s{0,4}(?:importlib|pkgutil|imp)\b|\b(?:builtins|__builtins__)\b/g;

const computedNames = (
  text: string,
  statements: readonly ImportStatement[],
  isOwn: boolean,
): Pick<CodeNames, 'modules' | 'unbound'> => {
  const modules: ModuleName[] = [];
  const unbound: Unbound[] = [];
  const leave = (at: number, isGroup = false): void => {
    const word = text.slice(at, at + 60).split('\n', 1)[0] as string;
    unbound.push({ at, word, isGroup });
  };
  for (const { 1: importer, 2: group, 3: lister, 0: name, index: at } of text.matchAll(COMPUTED)) {
    const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    const behind = text.slice(at + name.length, at + name.length + 40);
    if (/^\s*#|\bdef\s+$|\bclass\s+$/.test(line)) continue;
    const call = /^\s*\(/.exec(behind);
    if (!call) {
      // An import names it, unless by a name of its own.
      const isNamed = /^\s*(?:from|import)\b/.test(line) || /^[ \t]*,?[ \t]*(?:\n|$)/.test(behind);
      if (isOwn && (!isNamed || /^\s+as\b/.test(behind))) leave(at, group !== undefined);
      continue;
    }
    const start = at + name.length + call[0].length;
    if (group !== undefined) {
      if (isOwn) leave(at, true);
    } else if (lister !== undefined) {
      const folder = listedFolder(text.slice(start, start + 200), statements);
      if (folder) modules.push({ at, ...folder, stem: '' });
      else leave(at);
    } else if (importer !== undefined) {
      const argument = literalArgument(text, start);
      const named = argument && moduleNamed(argument);
      if (named) modules.push({ at, ...named });
      else leave(at);
    }
  }
  if (isOwn)
    for (const { index } of text.matchAll(ANYTHING))
      if (!/^\s*#/.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index))) leave(index);
  return { modules, unbound };
};

/** The module that an argument names, or those that it may name; `undefined` where that may be any. */
const moduleNamed = ({ text, isWhole, rest }: Argument): Omit<ModuleName, 'at'> | undefined => {
  const dots = /^\.*/.exec(text)?.[0].length ?? 0;
  const isOwn = text.startsWith('__name__.');
  const parts = text.slice(isOwn ? '__name__.'.length : dots).split('.');
  const stem = isWhole ? undefined : parts.pop();
  if (isOwn) return { parts, up: 0, stem };
  if (dots === 0)
    return parts.length === 0 && stem === '' ? undefined : { parts: partsOf(parts), stem };
  const base = /^[^\n]*?,\s*(?:package\s*=\s*)?(?:["']([\w.]+)["']|(__name__|__package__))/.exec(
    rest,
  );
  if (base?.[1] !== undefined) return { parts: [...base[1].split('.'), ...partsOf(parts)], stem };
  return base?.[2] === undefined ? undefined : { parts: partsOf(parts), up: dots - 1, stem };
};

const partsOf = (parts: readonly string[]): string[] =>
  parts.map((part) => part.split(':', 1)[0] as string).filter((part) => part !== '');

/** The package whose modules are listed: `iter_modules(plugins.__path__)`, `find_modules("app.views")`. */
const listedFolder = (
  text: string,
  statements: readonly ImportStatement[],
): Omit<ModuleName, 'at'> | undefined => {
  const literal = /^\s*["']([\w.]+)["']/.exec(text)?.[1];
  if (literal !== undefined) return { parts: literal.split('.') };
  const name = /^\s*(?:path\s*=\s*)?(?:([\w.]+)\.)?__path__/.exec(text);
  if (!name) return undefined;
  if (name[1] === undefined) return { parts: [], up: 0 };
  const [first = '', ...others] = name[1].split('.');
  const renamed = new RegExp(`\\b(\\w+)\\s+as\\s+${first}\\b`);
  for (const { text: statement, dots, module, names, alias } of statements) {
    const up = dots > 0 ? { up: dots - 1 } : {};
    const own = renamed.exec(statement)?.[1] ?? first;
    if (names.includes(own)) return { parts: [...module, own, ...others], ...up };
    if (alias === first) return { parts: [...module, ...others] };
    if (names.length === 0 && module[0] === first) return { parts: [first, ...others] };
  }
  return undefined;
};
