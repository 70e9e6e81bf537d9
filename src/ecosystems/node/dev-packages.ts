import { showPath } from '../../base/byte-path.ts';
import type { Config } from '../../oci/config.ts';
import { isInside, pathOf, typeOf, nodesOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolveLink, resolvePath } from '../../tree/resolve.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import type { DevPackages, FindDevPackages } from '../ecosystem.ts';
import { shellWords } from '../shell-words.ts';
import { dependencyClosure } from './dependency-closure.ts';
import { findImports } from './find-imports.ts';
import { lockedForProduction } from './hidden-lock.ts';
import {
  findInstalled,
  isInstalled,
  manifestReader,
  type Manifest,
  type ReadManifest,
} from './manifest.ts';
import { withLinks } from './package-links.ts';
import { PACKAGE_RUNNERS, scriptsStartedBy } from './package-scripts.ts';

/**
 * Finds what `npm prune --omit=dev` would remove, whichever package manager installed it: packages that
 * depend from `devDependencies` and not from `dependencies`, by what is installed. What the application's
 * own sources import, what a symlink from outside its `node_modules` leads to, and what a lock file does not
 * call a dev-dependency belongs to production, too. Where a dependency is missing, nothing is listed.
 */
export const findDevPackages: FindDevPackages = async (
  root,
  config,
  { open, started, isNamed, build },
): Promise<DevPackages> => {
  const readManifest = manifestReader(open);
  const nodes = new Set<Node>();
  const notes: string[] = [];
  const linked = linkedPackages(root);
  const shared = { root, config, open, readManifest, started, isNamed, build, linked };
  for (const project of projectsIn(root).slice(0, MAX_PROJECTS)) {
    const outcome = await findIn(shared, project);
    if (typeof outcome === 'string')
      notes.push(`dev-dependencies of ${showPath(pathOf(project))} stay: ${outcome}`);
    else for (const node of outcome) nodes.add(node);
  }
  return { nodes, notes };
};

/** Each of them is searched with all that is below it. */
const MAX_PROJECTS = 64;

/** Folders with a package.json and installed packages that are not installed packages themselves. */
const projectsIn = (root: Node): Node[] =>
  nodesOf(root).filter(
    (node) =>
      node.children?.get('node_modules')?.children &&
      node.children.has('package.json') &&
      node.parent &&
      !isInstalled(node),
  );

interface Search {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly readManifest: ReadManifest;
  readonly started: ReadonlySet<string>;
  readonly isNamed: (node: Node) => boolean;
  readonly build: string | undefined;
  readonly linked: readonly LinkedPackage[];
}

/** The dev-dependencies of one project, or why they stay. */
const findIn = async (search: Search, project: Node): Promise<readonly Node[] | string> => {
  const { root, config, open, readManifest, isNamed, build } = search;
  const members = await membersOf(project, readManifest);
  const dev = members.flatMap(({ folder, manifest }) =>
    [...manifest.devDependencies].flatMap(
      (name) => findInstalled(root, folder, name)?.folder ?? [],
    ),
  );
  if (dev.length === 0) return [];
  if (config.runtime.env.some((pair) => /^NODE_ENV=(dev|test)/.test(pair)))
    return 'NODE_ENV is not production';
  if (!startsSomething(config)) return 'the image starts no program of its own';
  if (build !== undefined) return `the image builds when it starts, ${build}`;

  const words = withScripts(search.started, members);
  const programs = new Set([...words].map((word) => word.slice(word.lastIndexOf('/') + 1)));
  const imports = await findImports(root, [project, ...foldersLinkedTo(search, project)], {
    open,
    runsTypeScript: [...programs].some((name) => RUNS_TYPESCRIPT.test(name)),
    skip: namedByOtherScripts(root, members, words),
    isNamed,
    isStarted: (program) => programs.has(program),
  });
  const starts = [
    ...members.map(({ folder }) => folder),
    ...[...imports].flatMap((name) => findInstalled(root, project, name)?.folder ?? []),
    ...search.linked.flatMap(({ link, folder }) =>
      folder.name !== 'node_modules' &&
      isInside(folder, project) &&
      !(isInstalled(link) && isInside(link, project))
        ? [folder]
        : [],
    ),
    ...(await lockedForProduction(project, open)),
  ];
  const production = await dependencyClosure(root, starts, readManifest);
  const [missing] = production.missing;
  if (missing !== undefined) return `not all is installed: ${missing}`;

  const development = await dependencyClosure(root, dev, readManifest);
  const only = [...development.folders].filter(
    (folder) => !production.folders.has(folder) && isInstalled(folder),
  );
  for (const folder of only) {
    const tool = toolStarted(words, folder, await readManifest(folder));
    if (tool !== undefined) return `the image starts ${tool}`;
  }
  return withLinks(root, project, removable(only, production.folders), readManifest);
};

/** TypeScript itself, and programs that run it. */
const RUNS_TYPESCRIPT =
  /\.[cm]?tsx?$|^(ts-node(-.*)?|tsx|bun|deno|jiti|esno|esr|vite-node|nodemon)$/;

/** Folders of sources whose `node_modules` is a symlink to the one of a project. */
const foldersLinkedTo = ({ linked }: Search, project: Node): Node[] =>
  linked.flatMap(({ link, folder }) =>
    folder === project.children?.get('node_modules') && link.parent ? [link.parent] : [],
  );

interface Member {
  readonly folder: Node;
  readonly manifest: Manifest;
}

/** The project, and folders below it that have a package.json: workspaces, examples. */
const membersOf = async (project: Node, readManifest: ReadManifest): Promise<Member[]> => {
  const members: Member[] = [];
  const todo: Node[] = [project];
  for (let folder = todo.pop(); folder; folder = todo.pop()) {
    const manifest = await readManifest(folder);
    if (manifest) members.push({ folder, manifest });
    for (const child of folder.children?.values() ?? [])
      if (child.children && child.name !== 'node_modules') todo.push(child);
  }
  return members;
};

/** Whether the image starts more than a shell, which does not say what will be run. */
const startsSomething = ({ runtime: { entrypoint, cmd } }: Config): boolean => {
  const words = [...entrypoint, ...cmd];
  return words.some(
    (word) => !/^(\/(usr\/)?bin\/)?(bash|sh|ash|dash|tini|dumb-init|--|-l)$/.test(word),
  );
};

/** The words that are started, with those of the package scripts they start. */
const withScripts = (started: ReadonlySet<string>, members: readonly Member[]): Set<string> => {
  const words = new Set(started);
  if (!PACKAGE_RUNNERS.some((each) => words.has(each))) return words;
  const scripts = members.flatMap(({ manifest }) => [...manifest.scripts]);
  for (let size = -1; size !== words.size;) {
    size = words.size;
    for (const line of scriptsStartedBy(scripts, words))
      for (const word of shellWords(line)) words.add(word);
  }
  return words;
};

/** Files that are named only by package scripts which are not started: build scripts, mostly. */
const namedByOtherScripts = (
  root: Node,
  members: readonly Member[],
  words: ReadonlySet<string>,
): Set<Node> => {
  const found = new Set<Node>();
  for (const { folder, manifest } of members) {
    const fileOf = (word: string): Node | undefined => resolvePath(root, word, folder).node;
    const main = manifest.main === '' ? undefined : fileOf(manifest.main);
    for (const line of manifest.scripts.values()) {
      for (const word of shellWords(line)) {
        const file = words.has(word) ? undefined : fileOf(word);
        if (file && !file.children && file !== main) found.add(file);
      }
    }
    for (const word of words) {
      const file = fileOf(word);
      if (file) found.delete(file);
    }
  }
  return found;
};

/** A symlink that leads into a package, or to a folder of packages. */
interface LinkedPackage {
  readonly link: Node;
  readonly folder: Node;
}

const linkedPackages = (root: Node): LinkedPackage[] => {
  const budget = newStepBudget();
  return nodesOf(root).flatMap((link) => {
    if (link.children || typeOf(link) !== 'symlink') return [];
    const target = resolveLink(root, link, budget).node;
    const folder = target?.name === 'node_modules' ? target : target && packageAround(target);
    return folder ? [{ link, folder }] : [];
  });
};

/** The folder of the installed package that a file belongs to. */
const packageAround = (node: Node): Node | undefined => {
  for (let at: Node | undefined = node; at; at = at.parent) {
    const modules = at.parent?.name.startsWith('@') ? at.parent.parent : at.parent;
    if (modules?.name === 'node_modules' && !at.name.startsWith('@')) return at;
  }
  return undefined;
};

/** The first word that is a program of the package or names the package. */
const toolStarted = (
  words: ReadonlySet<string>,
  folder: Node,
  manifest: Manifest | undefined,
): string | undefined => {
  const name =
    folder.parent?.name.startsWith('@') === true
      ? `${folder.parent.name}/${folder.name}`
      : folder.name;
  return [...words].find(
    (word) =>
      manifest?.programs.includes(word.slice(word.lastIndexOf('/') + 1)) === true ||
      word === name ||
      word.startsWith(`${name}/`) ||
      word.includes(`node_modules/${name}/`) ||
      word === `--import=${name}`,
  );
};

/** Packages with no production package inside: what is in a folder is removed with it. */
const removable = (only: readonly Node[], production: ReadonlySet<Node>): Node[] => {
  const holding = new Set<Node>();
  for (const folder of production) for (let at = folder.parent; at; at = at.parent) holding.add(at);
  return only.filter((folder) => !holding.has(folder));
};
