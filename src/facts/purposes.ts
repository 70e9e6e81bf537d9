import { baseOf, toBytes, toText } from '../base/byte-path.ts';
import { shellWords } from '../ecosystems/shell-words.ts';
import type { Graph } from '../graph/graph.ts';
import type { Config } from '../oci/config.ts';
import { nodeAt, type Node } from '../tree/node.ts';

/**
 * What an image is there for, if that is more than to run an application.
 *
 * - `booting`: a machine starts from it: its kernel, modules and security policies are in use
 * - `building`: it starts a shell, or something else in which people or jobs run what they like
 */
export const PURPOSES = ['booting', 'building'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The purposes of an image, each with what shows it, in words. */
export type Purposes = ReadonlyMap<Purpose, string>;

export const findPurposes = (root: Node, config: Config, graph: Graph): Purposes => {
  const booting = signOfBooting(root, config);
  const building = signOfBuilding(config, graph);
  return new Map([
    ...(booting === undefined ? [] : [['booting', booting] as const]),
    ...(building === undefined ? [] : [['building', building] as const]),
  ]);
};

/** Labels and folders of bootc and ostree, or a kernel where the image starts an init system. */
const signOfBooting = (root: Node, { runtime }: Config): string | undefined => {
  const label = Object.keys(runtime.labels).find((name) =>
    /^(containers\.bootc|ostree\.(bootable|commit|linux))$/.test(name),
  );
  if (label !== undefined) return `it has the label ${label}`;
  const path = ['ostree/repo', 'sysroot/ostree', 'usr/lib/ostree-boot', 'usr/bin/bootc'].find(
    (each) => nodeAt(root, each),
  );
  if (path !== undefined) return `it has /${path}`;
  const [first = ''] = [...runtime.entrypoint, ...runtime.cmd];
  if (!/^(init|systemd|openrc-init|runit-init)$/.test(baseOf(toBytes(first)))) return undefined;
  const kernels = [
    'boot',
    ...foldersIn(root, 'usr/lib/modules'),
    ...foldersIn(root, 'lib/modules'),
  ];
  const kernel = kernels.find((folder) =>
    [...(nodeAt(root, folder)?.children?.keys() ?? [])].some((name) => /^vmlinu[xz]/.test(name)),
  );
  return kernel === undefined ? undefined : `it starts ${first} and has a kernel in /${kernel}`;
};

const foldersIn = (root: Node, path: string): string[] =>
  [...(nodeAt(root, path)?.children?.keys() ?? [])].map((name) => `${path}/${name}`);

const signOfBuilding = ({ runtime }: Config, graph: Graph): string | undefined => {
  if (runtime.labels['devcontainer.metadata'] !== undefined)
    return 'it has the label devcontainer.metadata';
  const runner = RUNNERS.find((name) => graph.commands.some(({ words }) => isCalled(name, words)));
  if (runner !== undefined) return `it starts ${runner}, which runs what it is told`;
  const cmd = runtime.cmd.map(toBytes);
  const entrypoint = runtime.entrypoint.map(toBytes);
  // What an entrypoint makes of the command, the graph knows: most start it in the end.
  const isPassedOn =
    entrypoint.length === 0 ||
    WRAPPERS.has(baseOf(entrypoint[0] as string)) ||
    graph.commands.some(({ words, place }) => place.file && words.join('\0') === cmd.join('\0'));
  if (cmd.length > 0 && !isPassedOn) return undefined;
  const words = cmd.length > 0 ? cmd : entrypoint;
  return isInteractive(words) ? `it starts only ${toText(words.join(' '))}` : undefined;
};

const isCalled = (name: string, [program = '', ...args]: readonly string[]): boolean =>
  baseOf(program) === name || (/^(python|java)/.test(baseOf(program)) && args.includes(name));

/** Agents of build services, and environments for development. */
const RUNNERS = [
  ...['jenkins-agent', 'jenkins-slave', 'gitlab-runner', 'buildkite-agent', 'Runner.Listener'],
  ...['code-server', 'openvscode-server', 'rserver', 'jupyter', 'jupyter-lab', 'jupyter-notebook'],
  ...['jupyterhub', 'start-notebook.sh', 'start-notebook.py', 'start-singleuser.sh'],
];

const WRAPPERS = new Set(['tini', 'dumb-init', 'docker-init', 'catatonit', 'env', '--']);

/** Whether a command line waits for what people type, or for nothing at all. */
const isInteractive = (words: readonly string[]): boolean => {
  const [program = '', ...args] = words;
  const name = baseOf(program);
  if (WRAPPERS.has(name) || name === 'exec')
    return isInteractive(args.slice(args.findIndex((arg) => !arg.startsWith('-'))));
  if (name === 'sleep' || `${name} ${args.join(' ')}` === 'tail -f /dev/null') return true;
  const plain = name.replace(/-?\d+(\.\d+)*$/, '');
  if (SHELLS.has(plain) && /^-\w*c$/.test(args.at(-2) ?? ''))
    return isInteractive(shellWords(args.at(-1) as string));
  return (
    (SHELLS.has(plain) || REPLS.has(plain)) &&
    args.every((arg) => /^-(?!\w*c$)/.test(arg) || /^(repl|console|shell)$/.test(arg))
  );
};

const SHELLS = new Set('sh bash ash dash zsh fish ksh mksh csh tcsh pwsh nu'.split(' '));

/** Interpreters and build tools that read from a terminal when they are told nothing else. */
const REPLS = new Set(
  (
    'node nodejs deno bun python pypy ipython irb pry php perl jshell iex erl ghci julia R lua luajit scala amm ' +
    'sbt clojure clj lein groovysh kotlin kotlinc swift ocaml utop racket guile sbcl cling octave gradle mvn'
  ).split(' '),
);
