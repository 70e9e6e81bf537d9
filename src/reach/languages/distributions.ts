import type { Metadata } from './language.ts';
import { pathOf, type Node } from '../../tree/node.ts';

/** A folder or file of metadata: `Flask-2.2.2.dist-info`, `six.egg-info`. */
const METADATA = /^([A-Za-z0-9][\w.]*?)(?:-\d[^/]*)?\.(?:dist|egg)-info$/;

/** @see https://packaging.python.org/en/latest/specifications/name-normalization/ */
const normalizedName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** Python packages as their metadata calls them, by normalized names: the files of the metadata. */
const distributionsIn = (shelves: readonly Node[]): Map<string, Node[]> => {
  const found = new Map<string, Node[]>();
  for (const shelf of shelves)
    for (const node of shelf.children?.values() ?? []) {
      const name = METADATA.exec(node.name)?.[1];
      if (name === undefined) continue;
      const key = normalizedName(name);
      const files = node.children ? [...node.children.values()] : [node];
      found.set(key, [...(found.get(key) ?? []), ...files]);
    }
  return found;
};

/** Whether a file of metadata says what a package requires. */
const hasRequirements = (node: Node): boolean => REQUIREMENTS.test(`/${pathOf(node)}`);

const REQUIREMENTS = /\.(?:dist|egg)-info\/(?:METADATA|PKG-INFO|requires\.txt)$|\.egg-info$/;

/**
 * Names of packages that one requires, extras apart.
 * @see https://packaging.python.org/en/latest/specifications/core-metadata/#requires-dist-multiple-use
 */
const requirementsIn = (node: Node, text: string): string[] => {
  const lines =
    node.name === 'requires.txt'
      ? (text.split(/^\[[^:\]]/m, 1)[0] as string).split('\n')
      : [...text.matchAll(/^Requires(?:-Dist)?: *(.*)$/gim)].map(([, line = '']) => line);
  return lines
    .filter((line) => !/;.*\bextra\s*==/.test(line))
    .flatMap((line) => /^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? [])
    .map(normalizedName);
};

/** What packages offer to others: the modules of each group of plug-ins. */
const entryPointsIn = (text: string): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  let group: string[] | undefined;
  for (const line of text.split('\n')) {
    const name = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (name !== undefined) {
      group = groups.get(name) ?? [];
      groups.set(name, group);
      continue;
    }
    const module = /^[^=#;]+=\s*([\w.]+)/.exec(line)?.[1];
    if (module !== undefined) group?.push(module);
  }
  return groups;
};

/**
 * Metadata of Python packages. What pip installed from a folder, an archive or a repository has its address.
 * @see https://packaging.python.org/en/latest/specifications/direct-url/
 */
export const PYTHON_METADATA: Metadata = {
  packagesIn: distributionsIn,
  nameOf: normalizedName,
  hasRequirements,
  requirementsIn,
  hasGroups: ({ name }) => name === 'entry_points.txt',
  groupsIn: entryPointsIn,
  modulesIn: ({ name }, text) =>
    /^(?:RECORD|top_level\.txt|installed-files\.txt|SOURCES\.txt)$/.test(name)
      ? text
          .split('\n')
          .map((line) => line.replace(/^(?:\.\.\/)+|^src\//, '').split(/[/,.\s]/, 1)[0] as string)
      : [],
  isOwn: (files) => files.some(({ name }) => name === 'direct_url.json'),
};
