import { showPath, toText } from '../base/byte-path.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import type { Edge, Graph } from '../graph/graph.ts';
import { variableAt } from '../graph/trace/name-variable.ts';
import { nodesOf, pathOf, type Node } from '../tree/node.ts';

/**
 * Nodes the image cannot do without, as its own words say. They are kept whatever any rule or `--drop`
 * says.
 */
export interface Essentials {
  /** What config, started scripts and settings name, with what names it. */
  readonly named: ReadonlyMap<Node, string>;
  /** What lies in a folder all of which is needed, with what names the folder. */
  readonly inside: ReadonlyMap<Node, string>;
}

/**
 * Finds what the config names (programs and files of the command lines, working folder, volumes, folders of
 * search-path variables, data in places for temporary files) and the files that scripts and settings it
 * comes to name, start or load. Whatever leads there counts as named, too.
 */
export const findEssentials = (graph: Graph): Essentials => {
  const named = new Map<Node, string>();
  const inside = new Map<Node, string>();
  for (const [node, edge] of graph.named) {
    const evidence = evidenceOf(edge, node);
    if (evidence === undefined) continue;
    named.set(node, evidence);
    if (!(edge.whole || holdsData(edge)) || node !== edge.to) continue;
    for (const each of nodesOf(node)) if (each !== node) inside.set(each, evidence);
  }
  return { named, inside };
};

const evidenceOf = (edge: Edge, node: Node): string | undefined => {
  const { kind, place, whole, to } = edge;
  const { file, line, member = '' } = place;
  const variable = variableAt(place);
  if (
    variable !== undefined &&
    kind !== 'loads' &&
    !SEARCH_PATHS.has(variable) &&
    (!holdsData(edge) || CACHE_VARIABLES.has(variable))
  )
    return undefined;
  if (file) {
    // A script that names a folder may as well be about to empty it.
    if (kind !== 'loads' && node === to && node.children && !whole && !holdsData(edge))
      return undefined;
    const verb = {
      starts: 'starts',
      loads: 'loads',
      leads: 'leads to',
      reads: 'names',
      belongs: 'needs',
    }[kind];
    const where = line === undefined ? toText(member) : `line ${line}`;
    return `${node.children ? 'folder' : 'file'} that ${showPath(pathOf(file))} ${verb}${where === '' ? '' : `, ${where}`}`;
  }
  if (variable === undefined) return `${toText(member)} of the config`;
  return `${toText(variable)} in the config's environment`;
};

const SEARCH_PATHS = new Set(
  ECOSYSTEMS.flatMap(({ searchPathVariables = [] }) => searchPathVariables),
);

/**
 * Whether what is named lies in a place where rules expect no data. Elsewhere rules know what they take: a
 * toolchain is no data because a variable says where it is.
 */
const holdsData = ({ to }: Edge): boolean => PASSING.test(`/${pathOf(to)}`);

const PASSING = /^\/(tmp|run|var\/(tmp|run|cache)|usr\/(local\/)?share\/doc)\/|\/\.cache\//;

const CACHE_VARIABLES = new Set(ECOSYSTEMS.flatMap(({ cacheVariables = [] }) => cacheVariables));
