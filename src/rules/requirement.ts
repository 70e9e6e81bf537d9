import { formatPlatform } from '../oci/platform.ts';
import type { Config } from '../oci/config.ts';
import { toBytes } from '../base/byte-path.ts';
import type { Facts } from '../facts/facts.ts';
import type { Graph } from '../graph/graph.ts';
import { showPlace } from '../graph/place.ts';
import type { Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';
import type { Requirement } from '../profiles/rule.ts';
import type { Survey } from './survey.ts';

/** Whether what a rule requires of the whole image holds, apart from what must be absent. */
export const holdsForImage = (
  requires: Requirement | undefined,
  survey: Survey,
  config: Config,
  graph: Graph,
): boolean => {
  if (!requires) return true;
  const { exists, platform, notPlatform } = requires;
  if (exists?.some((glob) => !survey.has(glob))) return false;
  if (useOfImage(requires, graph) !== undefined) return false;
  const isFor = (wanted: string): boolean =>
    `${formatPlatform(config.platform)}/`.startsWith(`${wanted}/`);
  return (platform?.some(isFor) ?? true) && !notPlatform?.some(isFor);
};

/** How the image uses what a rule requires it not to use, in words; `undefined` where it does not. */
export const useOfImage = (
  requires: Requirement | undefined,
  graph: Pick<Graph, 'mentions' | 'toolUse'>,
): string | undefined => {
  for (const name of requires?.notRun ?? []) {
    const place = graph.mentions(toBytes(name));
    if (place) return `the image names ${name}: ${showPlace(place)}`;
  }
  for (const tool of requires?.notUsed ?? []) {
    const place = graph.toolUse(toBytes(tool));
    if (place) return `the image uses ${tool}: ${showPlace(place)}`;
  }
  return undefined;
};

/** Nodes that a rule requires to be absent. */
export const nodesToBeAbsent = (requires: Requirement | undefined, survey: Survey): Node[] =>
  (requires?.absent ?? []).flatMap((glob) => survey.get(glob) ?? []);

/** Whether what a rule requires of a matched node and of the files beside it holds. */
export const holdsForNode = (
  requires: Requirement | undefined,
  root: Node,
  node: Node,
  marks: Facts['marks'],
): boolean => {
  if (!requires) return true;
  if (requires.is?.some((mark) => !marks.get(mark)?.has(node))) return false;
  return (
    requires.beside?.every((template) => {
      const stem = node.name.split('.', 1)[0] as string;
      const path = toBytes(template)
        .replaceAll('{stem}', () => stem)
        .replaceAll('{name}', () => node.name);
      return resolvePath(root, path, node.parent).node !== undefined;
    }) ?? true
  );
};
