import { parse } from 'yaml';
import { findPurposes } from '../../src/facts/purposes.ts';
import type { Facts, Mark, Marked } from '../../src/facts/facts.ts';
import { NO_PACKAGES, type SystemPackage } from '../../src/ecosystems/system-package.ts';
import type { Entry } from '../../src/layer/entry.ts';
import { readConfig, type Config } from '../../src/oci/config.ts';
import { toBytes, normalizePath, type BytePath } from '../../src/base/byte-path.ts';
import type { Level } from '../../src/api/vocabulary.ts';
import type { Profile } from '../../src/profiles/rule.ts';
import { nodeAt, pathOf, typeOf, walk, type Node } from '../../src/tree/node.ts';
import { configGraph } from '../support/config-graph.ts';
import { squashLayers } from '../../src/tree/squash.ts';

/*
 * A case is a tree as text. Before each path stands what becomes of it, `- ` gone or two blanks, and
 * behind it, after `#`, why: a rule, a keep rule, or `config`, `link`, `package`, `holds`, `user`.
 *
 *     === title
 *     level: lean
 *     config: { Cmd: [node, server.js] }
 *     - /tmp/build.o              # base/tmp
 *       /tmp/
 *       /etc/localtime -> /usr/share/zoneinfo/UTC
 *       /usr/bin/python3.11 = /usr/bin/python3
 *       /var/log/cron.log (empty)
 *
 * What reading files would have shown stands in the header: `marks: { unused-locale: [/usr/share/locale/fr] }`;
 * `packages: { gcc: /usr/bin/gcc }`, with ` (auto)` behind the names of those that came along.
 */
export interface ProfileCase {
  readonly title: string;
  readonly level: Level;
  readonly profiles: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** A profile with one rule that takes the globs after `take:`, to show that keep rules withstand it. */
  readonly taker: Profile | undefined;
  readonly config: Config;
  readonly marks: Readonly<Record<string, readonly string[]>>;
  readonly packages: Readonly<Record<string, string | readonly string[]>>;
  readonly lines: readonly CaseLine[];
}

export interface CaseLine {
  readonly gone: boolean;
  readonly path: string;
  readonly kind: 'file' | 'empty' | 'directory' | 'symlink' | 'link';
  readonly target: string;
  readonly why: string;
}

/** Reads all cases of a file; ids without a profile are of the one the file is named after. */
export const parseCases = (text: string, profile: string): ProfileCase[] =>
  text
    .split(/^=== /m)
    .slice(1)
    .map((part) => parseCase(part, profile));

const parseCase = (part: string, profile: string): ProfileCase => {
  const [title = '', ...rest] = part.split('\n');
  const header = parse(rest.filter((line) => !isPath(line)).join('\n')) ?? {};
  const [os = 'linux', architecture = 'amd64'] = (header.platform ?? 'linux/amd64').split('/');
  const image = {
    os,
    architecture,
    rootfs: { type: 'layers', diff_ids: [] },
    config: header.config ?? {},
  };
  return {
    title,
    level: header.level ?? 'safe',
    profiles: header.profiles ?? [profile],
    keep: header.keep ?? [],
    drop: header.drop ?? [],
    taker: header.take && takerOf([header.take].flat()),
    config: readConfig(new TextEncoder().encode(JSON.stringify(image)), title),
    marks: header.marks ?? {},
    packages: header.packages ?? {},
    lines: rest.filter(isPath).map((line) => parseLine(line, profile)),
  };
};

const isPath = (line: string): boolean => /^(- | {2})\//.test(line);

const parseLine = (line: string, profile: string): CaseLine => {
  const [, mark, place = '', why = ''] = /^(- | {2})(\S.*?)(?:\s+# (\S+))?\s*$/.exec(line) ?? [];
  const [path = '', sign, target = ''] = place.split(/ (->|=|\(empty\))\s*/);
  const kinds: Record<string, CaseLine['kind']> = {
    '->': 'symlink',
    '=': 'link',
    '(empty)': 'empty',
  };
  const isId =
    why !== '' &&
    !why.includes('/') &&
    !['config', 'link', 'package', 'holds', 'user'].includes(why);
  return {
    gone: mark === '- ',
    path,
    kind: kinds[sign ?? ''] ?? (path.endsWith('/') ? 'directory' : 'file'),
    target,
    why: isId ? `${profile}/${why}` : why,
  };
};

const takerOf = (match: readonly string[]): Profile => ({
  name: 'test',
  title: 'takes what it is told to',
  detect: {},
  rules: [
    {
      id: 'take',
      profile: 'test',
      match,
      except: [],
      overrides: [],
      level: 'safe',
      category: 'temp',
      reason: 'told to',
    },
  ],
  keep: [],
});

/** The facts a case states, about a tree. */
export const factsOf = async (
  { config, marks, packages }: ProfileCase,
  root: Node,
): Promise<Facts> => {
  const nodesAt = (paths: string | readonly string[]): Node[] =>
    [paths].flat().flatMap((path) => nodeAt(root, path.slice(1)) ?? []);
  const list = Object.entries(packages).map(([title, paths]) => packageOf(title, nodesAt(paths)));
  const graph = await configGraph(root, config);
  return {
    graph,
    purposes: findPurposes(root, config, graph),
    notes: [],
    marks: new Map<Mark, Marked>([
      // Sources of cases are empty.
      ['unreferenced', { has: () => true }],
      ...Object.entries(marks).map(
        ([mark, paths]) => [mark as Mark, new Set(nodesAt(paths))] as const,
      ),
    ]),
    packages: {
      ...NO_PACKAGES,
      list,
      owners: new Map(list.flatMap((each) => each.files.map((node) => [node, [each]] as const))),
    },
  };
};

const packageOf = (title: string, files: readonly Node[]): SystemPackage => ({
  type: 'deb',
  name: title.replace(' (auto)', ''),
  version: '1',
  architecture: 'amd64',
  files,
  folders: [],
  hasFullList: true,
  records: [],
  depends: [],
  recommends: [],
  provides: [],
  isVital: false,
  isAutomatic: title.endsWith(' (auto)'),
  isDiverting: false,
});

export const treeOf = (lines: readonly CaseLine[]): Node =>
  squashLayers([lines.map((line) => entryOf(toBytes(line.path), line.kind, line.target))]).root;

/** The tree without its dropped nodes. Links become files of their own: rules look at names only. */
export const withoutDropped = (root: Node, isDropped: (node: Node) => boolean): Node => {
  const entries = [...walk(root)]
    .filter(([path, node]) => path !== '' && !lineageOf(node).some(isDropped))
    .map(([path, node]) => {
      const type = typeOf(node);
      const kind = type === 'file' && node.entry?.size === 0 ? 'empty' : (type as CaseLine['kind']);
      return entryOf(path, kind, node.entry?.linkTarget ?? '');
    });
  return squashLayers([entries]).root;
};

const lineageOf = (node: Node): Node[] => (node.parent ? [node, ...lineageOf(node.parent)] : []);

export const pathsOf = (root: Node): BytePath[] => [...walk(root)].map(([, node]) => pathOf(node));

const entryOf = (path: string, kind: CaseLine['kind'], target: string): Entry => ({
  layer: 0,
  path: normalizePath(path, 'a case'),
  type: kind === 'empty' ? 'file' : kind,
  offset: 0,
  headerSize: 512,
  bodySize: kind === 'file' ? 1 : 0,
  size: kind === 'file' ? 1 : 0,
  mode: 0o755,
  mtime: 0,
  linkTarget: kind === 'link' ? normalizePath(toBytes(target), 'a case') : toBytes(target),
});
