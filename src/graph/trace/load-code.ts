import { typeOf, type Node } from '../../tree/node.ts';
import type { Found } from '../find-files.ts';
import type { Place } from '../place.ts';
import { STAR, UNKNOWN, isLiteral } from '../word.ts';
import { madeTexts } from './made-texts.ts';
import { filesNamed, foldersAbove } from './name-files.ts';
import { inFolder, type Trace, type Where } from './state.ts';

/** A file of code that is named by its path, with the extensions interpreters add. */
export const loadFile = (trace: Trace, path: string, where: Where, place: Place): void => {
  // A class path is no shell's word: what its star means, Java says.
  const word = path.replaceAll('*', STAR);
  const found = ['', '.js', '.cjs', '.mjs', '.ts', '/index.js', '/package.json', '/__main__.py']
    .map((extension) => filesNamed(trace, `${word}${extension}`, where))
    .flatMap((each, at) => (at === 0 ? each : each.filter(({ node }) => !node.children)));
  for (const { node } of found) trace.enqueue({ step: { does: 'source', node }, place, where });
  for (const each of found)
    trace.record.need('loads', each, place, each.node.children !== undefined);
  const texts = found.length === 0 && isLiteral(word) ? madeTexts(trace, word, where) : [];
  if (found.length + texts.length === 0 && word.includes('/') && isLiteral(word))
    trace.record.miss(word, place);
  for (const text of texts)
    trace.enqueue({
      step: { does: 'code', interpreter: interpreterOf(word), text },
      place,
      where,
    });
  if (!isLiteral(word) && word.includes(UNKNOWN))
    trace.record.leaveOpen({ kind: 'loads', place, word, isCovered: found.length > 0 });
};

/** What reads a file of code, by its name. */
const interpreterOf = (path: string): string =>
  ({ py: 'python', js: 'node', mjs: 'node', cjs: 'node', rb: 'ruby', pl: 'perl', php: 'php' })[
    /\.(\w+)$/.exec(path)?.[1] ?? ''
  ] ?? '';

interface Module {
  readonly language: 'python' | 'node';
  readonly name: string;
  readonly folder?: string | undefined;
}

/** A module that is named as its language does. */
export const loadModule = (trace: Trace, module: Module, where: Where, place: Place): void => {
  const paths =
    module.language === 'python'
      ? pythonPlaces(trace, module, where)
      : nodePlaces(trace, module, where);
  // A name that begins with a package of its own may be any module in that.
  const isBound = /^[\w-]+\.(?!$)/.test(module.name) && module.language === 'python';
  const all = isLiteral(module.name) || isBound ? paths : [];
  const modules = all
    .flatMap((path) => trace.finder.matching(path))
    .filter(({ node }) => typeOf(node) === 'file' || module.language === 'node');
  for (const found of modules) {
    trace.record.need('loads', found, place);
    trace.enqueue({ step: { does: 'source', node: found.node }, place, where });
  }
  if (!isLiteral(module.name))
    trace.record.leaveOpen({
      kind: 'loads',
      place,
      word: module.name,
      isCovered: modules.length > 0,
    });
};

const pythonPlaces = (trace: Trace, { name, folder }: Module, where: Where): string[] => {
  const path = name.replaceAll('.', '/');
  const folders = [
    ...inFolder(where, folder).folders,
    ...pathsIn(trace, 'PYTHONPATH'),
    ...PYTHON_FOLDERS,
    ...pathsIn(trace, 'VIRTUAL_ENV').map((each) => `${each}/lib/python3*/site-packages`),
  ];
  return folders.flatMap((each) =>
    [`${path}.py`, `${path}/__init__.py`, `${path}/__main__.py`, `${path}/celery.py`].map((end) =>
      `${each}/${end}`.replaceAll('*', STAR),
    ),
  );
};

const PYTHON_FOLDERS = [
  ...['/usr/local/lib', '/usr/lib', '/opt/venv/lib', '/venv/lib', '/opt/conda/lib'].flatMap(
    (lib) => [`${lib}/python3*/site-packages`, `${lib}/python3*/dist-packages`, `${lib}/python3*`],
  ),
];

/** `dotenv/config` in `node_modules` of the folder and of those above, and where NODE_PATH says. */
const nodePlaces = (trace: Trace, { name }: Module, { folders }: Where): string[] => {
  const shelves = [
    ...folders.flatMap((folder) => foldersAbove(folder).map((each) => `${each}/node_modules`)),
    ...pathsIn(trace, 'NODE_PATH'),
  ];
  const root = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  return shelves.flatMap((shelf) =>
    [root, name, `${name}.js`, `${name}.cjs`, `${name}.mjs`].map((each) => `${shelf}/${each}`),
  );
};

const pathsIn = ({ environment }: Trace, variable: string): string[] =>
  (environment.get(variable) ?? [])
    .flatMap((fields) => fields.join(' ').split(':'))
    .filter((folder) => folder.startsWith('/') && isLiteral(folder));

/** The contents of a folder, or of what fits a glob: all of it is read. */
export const readData = (trace: Trace, path: string, where: Where, place: Place): void => {
  for (const found of filesNamed(trace, path, where)) {
    if (found.node.children && !isOneFolder(found)) continue;
    trace.record.need('reads', found, place, found.node.children !== undefined);
    if (!found.node.children)
      trace.enqueue({ step: { does: 'look', node: found.node }, place, where });
  }
};

/** Commands that go through whole systems do not need all that is in them. */
const isOneFolder = ({ node }: Found): boolean => depthOf(node) > 1 || !SYSTEM.has(node.name);

const depthOf = (node: Node): number => (node.parent ? 1 + depthOf(node.parent) : 0);

const SYSTEM = new Set(
  'bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin srv sys tmp usr var'.split(
    ' ',
  ),
);
