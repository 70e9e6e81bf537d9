import { hasSection, isForDebuggers, isProgram } from '../elf/describe-elf.ts';
import type { Elf } from '../elf/elf.ts';
import { readElf } from '../elf/read-elf.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import type { Facts } from '../facts/facts.ts';
import type { Edge, Graph } from '../graph/graph.ts';
import { nodeAt, nodesOf, pathOf, typeOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { showPath, toText } from '../base/byte-path.ts';
import { isForBuilds } from './build-packages.ts';
import type { Binary, Program, SeenPackage } from './subject.ts';

/** What an image uses of itself. */
export interface Use {
  /** What starts, loads or reads something, and all it needs, from the config on. */
  readonly nodes: ReadonlySet<Node>;
  readonly packages: readonly SeenPackage[];
  readonly program: Program | undefined;
  readonly binaries: readonly Binary[];
}

export interface UseInput {
  readonly root: Node;
  readonly facts: Facts;
  readonly open: OpenFile;
  /** Layers of the base, by their position. */
  readonly baseLayers: ReadonlySet<number>;
  /** Packages that the Dockerfile names where it installs. */
  readonly asked: readonly string[];
}

/** Follows what the image starts, and reads the programs among it. */
export const readUse = async ({ root, facts, open, baseLayers, asked }: UseInput): Promise<Use> => {
  const { graph, packages } = facts;
  const nodes = reachable(graph);
  const recommended = recommendedOnly(packages, asked);
  const isUsed = ({ files }: SystemPackage): boolean => files.some((file) => nodes.has(file));
  const isOwn = ({ files, records }: SystemPackage): boolean =>
    [...files, ...records].some(({ layer }) => !baseLayers.has(layer));
  const isKept = (each: SystemPackage): boolean =>
    each.isVital || isUsed(each) || !isOwn(each) || (!each.isAutomatic && !isForBuilds(each.name));
  const runtime = closureOf(packages.list.filter(isKept), packages);
  return {
    nodes,
    packages: packages.list.map((each) => ({
      type: each.type,
      name: toText(each.name),
      isUsed: isUsed(each),
      isAskedFor: !each.isAutomatic && isOwn(each),
      isForRuntime: runtime.has(each),
      isRecommendedOnly: recommended.has(each),
    })),
    program: await readProgram(graph, root, open),
    binaries: await readBinaries(root, { owners: packages.owners, open, baseLayers }),
  };
};

const reachable = (graph: Graph): Set<Node> => {
  const found = new Set<Node>();
  const open: (Node | undefined)[] = [undefined];
  const add = (node: Node): void => {
    if (found.has(node)) return;
    found.add(node);
    open.push(node);
  };
  for (let at = 0; at < open.length; at++)
    for (const { to, via, whole } of graph.needs(open[at])) {
      for (const each of via) add(each);
      for (const each of whole ? nodesOf(to) : [to]) add(each);
    }
  return found;
};

/** Packages that all of these need, themselves included. Where one of several would do, all of them count as needed. */
const closureOf = (
  roots: readonly SystemPackage[],
  { providers }: SystemPackages,
): ReadonlySet<SystemPackage> => {
  const needed = new Set(roots);
  for (const each of needed)
    for (const group of each.depends)
      for (const name of group)
        for (const provider of providers.get(name) ?? []) needed.add(provider);
  return needed;
};

/**
 * Automatic packages that nothing needs which was asked for. A package that was asked for and removed again needed some
 * that are still there: which ones, nobody can tell but for build tools, whose names say what they are.
 */
const recommendedOnly = (
  packages: SystemPackages,
  asked: readonly string[],
): ReadonlySet<SystemPackage> => {
  const { list, providers } = packages;
  const removed = asked.filter((name) => !providers.has(name));
  if (!removed.every(isForBuilds)) return new Set();
  const roots = list.filter(
    ({ isAutomatic, isVital, name }) =>
      !isAutomatic || isVital || (removed.length > 0 && isForBuilds(name)),
  );
  const needed = closureOf(roots, packages);
  return new Set(list.filter((each) => !needed.has(each)));
};

/** The program of a container, where a binary is the first thing it starts. */
const readProgram = async (
  graph: Graph,
  root: Node,
  open: OpenFile,
): Promise<Program | undefined> => {
  const starts = graph.needs(undefined).filter(({ kind }: Edge) => kind === 'starts');
  const [first] = starts;
  const file = first && open(first.to);
  const elf = file && (await readElf(file));
  if (!first || !elf || !isProgram(elf)) return undefined;
  // The graph may be followed further than to what the config starts.
  const others = graph
    .users()
    .some((node) => graph.needs(node).some(({ kind, to }) => kind === 'starts' && to !== first.to));
  return {
    path: showPath(pathOf(first.to)),
    layer: (first.to.entry?.layer ?? first.to.layer) + 1,
    libraries: (elf.dynamic?.needed ?? []).map(toText),
    language: languageOf(elf),
    isAlone: starts.every(({ to }) => to === first.to) && !others && !isInterpreter(first.to, root),
  };
};

const languageOf = (elf: Elf): Program['language'] => {
  if (hasSection(elf, '.go.buildinfo') || hasSection(elf, '.note.go.buildid')) return 'go';
  return elf.sections.some(({ name }) => /^\.(rustc|debug_gdb_scripts)$/.test(name))
    ? 'rust'
    : undefined;
};

/** What belongs to a distribution runs files of others: shells, interpreters, servers with their modules. */
const isInterpreter = (node: Node, root: Node): boolean => {
  const path = pathOf(node);
  return (
    /^(usr\/)?(s?bin|lib(exec)?)\//.test(path) && nodeAt(root, 'var/lib/dpkg/status') !== undefined
  );
};

/** Files of the application that are ELF: those of distributions have no debug information. */
const readBinaries = async (
  root: Node,
  {
    owners,
    open,
    baseLayers,
  }: { owners: SystemPackages['owners']; open: OpenFile; baseLayers: ReadonlySet<number> },
): Promise<Binary[]> => {
  const found: Binary[] = [];
  let left = MAX_BINARIES;
  for (const node of nodesOf(root)) {
    if (typeOf(node) !== 'file' || !node.entry || node.entry.bodySize < LEAST_BINARY) continue;
    if (owners.has(node) || baseLayers.has(node.entry.layer) || left === 0) continue;
    if ((node.entry.mode & 0o111) === 0 && !/\.(so[\d.]*|node)$/.test(node.name)) continue;
    left--;
    const file = open(node);
    const elf = file && (await readElf(file));
    if (!elf || elf.problems.length > 0) continue;
    const debugBytes = elf.sections.filter(isForDebuggers).reduce((sum, { size }) => sum + size, 0);
    if (debugBytes > 0)
      found.push({ path: showPath(pathOf(node)), layer: node.entry.layer + 1, debugBytes });
  }
  return found;
};

/** Smaller files do not pay. */
const LEAST_BINARY = 100_000;
const MAX_BINARIES = 5000;
