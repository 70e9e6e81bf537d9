import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import type { FactQuery, Facts, Mark, Marked } from './facts.ts';
import { findAsNamed } from './marks/as-named.ts';
import { findForeignBinaries } from './marks/foreign-binaries.ts';
import { findUnreferenced } from './marks/unreferenced.ts';
import { findUnusedLocales } from './marks/unused-locales.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { findPurposes } from './purposes.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { showPlace } from '../graph/place.ts';
import { buildGraph } from '../graph/build-graph.ts';

/** What facts are gathered from. */
export interface FactInput {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  /** Of the package databases: the same whatever is asked. */
  readonly packages: SystemPackages;
}

/**
 * Finds out what rules ask about. The scripts that the image starts are always read. The rest takes a look at many
 * files, and is done only if the rules of the run ask for it.
 */
export const gatherFacts = async (
  { root, config, open, packages }: FactInput,
  query: FactQuery,
): Promise<Facts> => {
  const isAskedFor = packages.list.some(({ name }) =>
    query.packages.some((pattern) => pattern.test(name)),
  );
  const graph = await buildGraph(
    { root, config, open, packages },
    { programs: query.programs, fileNeeds: isAskedFor, entries: query.entries },
  );
  const marks = new Map<Mark, Marked>();
  const notes: string[] = [];
  if (query.marks.has('unused-locale'))
    marks.set(
      'unused-locale',
      await findUnusedLocales(root, config, { open, owners: packages.owners }),
    );
  if (query.marks.has('foreign-binary'))
    marks.set('foreign-binary', await findForeignBinaries(root, config, open));
  if (query.marks.has('as-named')) marks.set('as-named', await findAsNamed(root, open));
  if (query.marks.has('unreferenced')) marks.set('unreferenced', findUnreferenced(graph));
  if (query.marks.has('dev-dependency')) {
    const nodes = new Set<Node>();
    const build = graph.toolUse('assets');
    const context = {
      open,
      started: graph.words,
      isNamed: (node: Node) => graph.named.has(node),
      build: build && showPlace(build),
    };
    for (const { findDevPackages } of ECOSYSTEMS) {
      const found = await findDevPackages?.(root, config, context);
      for (const node of found?.nodes ?? []) nodes.add(node);
      for (const note of found?.notes ?? []) notes.push(note);
    }
    marks.set('dev-dependency', nodes);
  }
  return { purposes: findPurposes(root, config, graph), packages, graph, marks, notes };
};
