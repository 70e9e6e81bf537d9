import { pathOf, type Node } from '../../tree/node.ts';
import { parentOf } from '../../base/byte-path.ts';
import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import type { Found } from '../find-files.ts';
import type { Place } from '../place.ts';
import { asText } from '../shell/run-builtin.ts';
import type { Fields } from '../shell/fields.ts';
import { STAR, mayBe } from '../word.ts';
import { foldersAbove } from './name-files.ts';
import { inFolder, type Trace, type Where } from './state.ts';

interface PackageScripts {
  readonly names: readonly string[];
  readonly args: Fields;
  /** Of any package below, too. */
  readonly anywhere: boolean;
  readonly folder?: string | undefined;
}

/** Runs scripts of the nearest manifest, with what runs before and after them. */
export const runPackageScripts = async (
  trace: Trace,
  scripts: PackageScripts,
  where: Where,
  place: Place,
): Promise<void> => {
  const at = inFolder(where, scripts.folder);
  for (const { file, read } of MANIFESTS)
    for (const found of manifestsFor(trace, file, at, scripts.anywhere)) {
      trace.record.need('reads', found, place);
      const text = await trace.readText(found.node, MANIFEST_SIZE);
      if (text === undefined) continue;
      if (file === 'package.json') setVariables(trace, text);
      runScripts(trace, found.node, read(text), scripts, where);
    }
};

/**
 * What npm tells scripts of a manifest.
 * @see https://docs.npmjs.com/cli/v10/using-npm/scripts#packagejson-vars
 */
const setVariables = ({ environment }: Trace, text: string): void => {
  const { name, version, config } = readObject(text);
  const values = { name, version, ...prefixed(config) };
  for (const [key, value] of Object.entries(values).slice(0, MAX_VARIABLES))
    if (typeof value === 'string') environment.set(`npm_package_${key}`, [[value]]);
};

const readObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

const prefixed = (config: unknown): Record<string, unknown> =>
  typeof config === 'object' && config !== null
    ? Object.fromEntries(Object.entries(config).map(([key, value]) => [`config_${key}`, value]))
    : {};

const MAX_VARIABLES = 100;

const MANIFESTS = ECOSYSTEMS.flatMap(({ packageScripts }) => packageScripts ?? []);

const MANIFEST_SIZE = 4 * 1024 * 1024;

const runScripts = (
  trace: Trace,
  manifest: Node,
  all: readonly (readonly [name: string, line: string])[],
  { names, args }: PackageScripts,
  where: Where,
): void => {
  const folder = `/${parentOf(pathOf(manifest))}`;
  const at: Where = {
    ...inFolder(where, folder),
    searchIn: ['node_modules/.bin'],
    inputFiles: [],
    input: undefined,
  };
  for (const name of names) {
    const wanted = name.replaceAll('*', STAR);
    const main = all.filter(([each]) => mayBe(wanted, each)).map(([each]) => each);
    const run = new Set(main.flatMap((each) => [`pre${each}`, each, `post${each}`]));
    for (const [each, line] of all) {
      if (!run.has(each)) continue;
      const more = main.includes(each) && args.length > 0 ? ` ${asText(args)}` : '';
      trace.enqueue({
        step: { does: 'shell', text: `${line}${more}` },
        place: { file: manifest, member: `scripts.${each}` },
        where: at,
      });
    }
    // What npm does without a script of that name.
    if (main.length === 0 && name === 'start')
      trace.enqueue({
        step: { does: 'run', words: ['node', 'server.js'] },
        place: { file: manifest },
        where: at,
      });
  }
};

const manifestsFor = (
  { finder }: Trace,
  file: string,
  { folders }: Where,
  anywhere: boolean,
): readonly Found[] => {
  for (const folder of folders) {
    const nearest = foldersAbove(folder).flatMap((each) => finder.at(`${each}/${file}`) ?? [])[0];
    if (!nearest || nearest.node.children) continue;
    if (!anywhere) return [nearest];
    const below = nearest.node.parent ? manifestsBelow(nearest.node.parent, file) : [];
    return below.map((node) => ({ node, via: [] }));
  }
  return [];
};

/** Packages of one workspace. */
const MAX_PACKAGES = 200;

const manifestsBelow = (top: Node, file: string): Node[] => {
  const found: Node[] = [];
  const todo: Node[] = [top];
  for (let at = todo.shift(); at && found.length < MAX_PACKAGES; at = todo.shift()) {
    const manifest = at.children?.get(file);
    if (manifest && !manifest.children) found.push(manifest);
    for (const child of at.children?.values() ?? [])
      if (child.children && child.name !== 'node_modules') todo.push(child);
  }
  return found;
};
