import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import type { Language } from '../../graph/sources/language.ts';
import { foldersAbove } from '../../graph/trace/name-files.ts';
import type { Trace } from '../../graph/trace/state.ts';
import { nodesOf, pathOf, type Node } from '../../tree/node.ts';
import type { Site } from '../use-sites.ts';
import { packagesIn, sitesOfPackage } from './package-sites.ts';
import {
  startingFunctions,
  type PackageSource,
  type StartingFunctions,
} from './starting-functions.ts';

/** Finds calls that have a package of npm start what they say, in sources of an application. */
export interface PackageStarters {
  /** Such calls in a source that lies in a folder. */
  readonly sitesIn: (language: Language, text: string, folder: string) => Promise<readonly Site[]>;
}

/** Packages are read once, when a source of the application loads them, with packages that these load. */
export const packageStarters = (trace: Trace): PackageStarters => {
  const known = new Map<Node, StartingFunctions>();
  const functionsOf = async (
    folder: Node,
    language: Language,
    depth: number,
  ): Promise<StartingFunctions> => {
    const before = known.get(folder);
    if (before) return before;
    // Packages that load each other in a circle wait for nothing.
    known.set(folder, new Map());
    const functions = startingFunctions(language, await readSources(folder, language, depth));
    known.set(folder, functions);
    return functions;
  };
  const readSources = async (
    folder: Node,
    language: Language,
    depth: number,
  ): Promise<PackageSource[]> => {
    const sources: PackageSource[] = [];
    for (const node of ownSources(folder)) {
      const text = await trace.readText(node, MAX_SOURCE);
      if (text === undefined) continue;
      const home = node.parent ? `/${pathOf(node.parent)}` : '/';
      const sites = depth < DEPTH ? await sitesIn(language, text, home, depth + 1) : [];
      sources.push({ text, sites });
    }
    return sources;
  };
  const sitesIn = async (
    language: Language,
    text: string,
    folder: string,
    depth: number,
  ): Promise<readonly Site[]> => {
    const sites: Site[] = [];
    for (const name of packagesIn(text)) {
      const found = foldersAbove(folder)
        .map((each) => trace.finder.at(`${each}/node_modules/${name}`)?.node)
        .find((node) => node?.children !== undefined);
      if (!found) continue;
      const functions = await functionsOf(found, language, depth);
      if (functions.size > 0) sites.push(...sitesOfPackage(text, name, functions));
    }
    return sites;
  };
  return {
    sitesIn: (language, text, folder) =>
      language.name === 'script' ? sitesIn(language, text, folder, 0) : Promise.resolve([]),
  };
};

/** Packages behind the one that is loaded, which may wrap each other. */
const DEPTH = 2;

/** Sources of a package that it has itself, and that are there to be loaded. */
const ownSources = (folder: Node): readonly Node[] => {
  const start = pathOf(folder).length;
  return nodesOf(folder)
    .filter((node) => !node.children && (node.entry?.size ?? 0) <= MAX_SOURCE)
    .filter((node) => {
      const path = `/${pathOf(node)}`;
      return sourceKindOf(path) === 'code' && !NOT_LOADED.test(path.slice(start + 1));
    })
    .slice(0, MAX_SOURCES);
};

const NOT_LOADED =
  /\/(?:node_modules|tests?|__tests__|spec|docs?|examples?|benchmarks?|types|umd)\/|\.(?:min|test|spec|umd)\.[cm]?js$|\.d\.[cm]?ts$/;

const MAX_SOURCE = 1024 * 1024;
const MAX_SOURCES = 400;
