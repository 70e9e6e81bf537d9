import { baseOf, toBytes } from '../base/byte-path.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { shellWords } from '../ecosystems/shell-words.ts';
import type { RuntimeConfig } from '../oci/config.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';

/**
 * Nodes the image cannot start without, each with what names it. They are kept whatever any rule or
 * `--drop` says.
 */
export type Essentials = ReadonlyMap<Node, string>;

/**
 * Finds what the config names: the programs and files in entrypoint, cmd and healthcheck (looked up in
 * PATH and in the working folder, shell lines word by word), the working folder, the volumes and the
 * folders of search-path variables; and the files that `started`, the words of scripts it starts, name.
 * Whatever they link to counts as named, too.
 */
export const findEssentials = (
  root: Node,
  runtime: RuntimeConfig,
  started: ReadonlySet<string> = new Set(),
): Essentials => {
  const found = new Map<Node, string>();
  const add = (path: string, evidence: string, isMeant?: (node: Node) => boolean): void => {
    const { node, links } = resolvePath(root, path);
    if (!node || isMeant?.(node) === false) return;
    for (const each of [...links, node])
      if (each.parent && !found.has(each)) found.set(each, evidence);
  };

  const workingDir = toBytes(runtime.workingDir || '/');
  add(workingDir, 'working folder of the config');
  for (const volume of runtime.volumes) add(toBytes(volume), `volume ${volume} of the config`);
  for (const [name, folder] of searchFolders(runtime.env))
    add(folder, `${name} in the config's environment`);

  const programFolders = foldersIn(variable(runtime.env, 'PATH') ?? DEFAULT_PATH);
  const placesOf = (word: string): string[] => {
    if (word.startsWith('/')) return [word];
    const inWorkingDir = `${workingDir}/${word}`;
    if (word.includes('/')) return [inWorkingDir];
    return [inWorkingDir, ...programFolders.map((folder) => `${folder}/${word}`)];
  };
  for (const [role, words] of commandLines(runtime))
    for (const place of words.map(toBytes).flatMap(shellWords).flatMap(placesOf))
      add(place, `${role} of the config`);
  // A script that names a folder may as well be about to empty it.
  for (const place of [...started].flatMap(placesOf))
    add(place, 'file that a script of the config names', (node) => !node.children);
  // The root itself and the working folder's parents stay anyway: they hold something that stays.
  return new Map([...found].filter(([node]) => pathOf(node) !== ''));
};

/** Programs the image starts, by bare name: what `requires: not-run` asks about. */
export const programsRun = (
  runtime: RuntimeConfig,
  started: ReadonlySet<string>,
): ReadonlySet<string> =>
  new Set(
    [
      ...commandLines(runtime).flatMap(([, words]) => words.map(toBytes).flatMap(shellWords)),
      ...started,
    ].map(baseOf),
  );

const commandLines = ({ entrypoint, cmd, healthcheck }: RuntimeConfig) =>
  [
    ['entrypoint', entrypoint],
    ['cmd', cmd],
    ['healthcheck', healthcheck],
  ] as const;

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const SEARCH_PATHS = ECOSYSTEMS.flatMap(({ searchPathVariables = [] }) => searchPathVariables);

const searchFolders = (env: readonly string[]): (readonly [name: string, folder: string])[] =>
  SEARCH_PATHS.flatMap((name) =>
    foldersIn(variable(env, name) ?? '').map((folder) => [name, folder] as const),
  );

const foldersIn = (value: string): string[] =>
  toBytes(value)
    .split(':')
    .filter((folder) => folder.startsWith('/') && folder !== '/');

const variable = (env: readonly string[], name: string): string | undefined =>
  env.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
