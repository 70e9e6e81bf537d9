import type { Node } from '../../tree/node.ts';
import type { Metadata } from './language.ts';
import { NO_METADATA } from './no-metadata.ts';

/** Specifications of gems by their names. */
const specificationsIn = (shelves: readonly Node[]): Map<string, readonly Node[]> => {
  const found = new Map<string, Node[]>();
  for (const shelf of shelves)
    for (const node of shelf.children?.values() ?? []) {
      const name = /^(.+)-\d[^-]*(?:-[\w-]+)?\.gemspec$/.exec(node.name)?.[1];
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), node]);
    }
  return found;
};

/**
 * Metadata of gems: who is activated has all that its specification requires.
 * @see https://guides.rubygems.org/specification-reference/
 */
export const GEM_METADATA: Metadata = {
  ...NO_METADATA,
  packagesIn: specificationsIn,
  hasRequirements: ({ name }) => name.endsWith('.gemspec'),
  requirementsIn: (_, text) =>
    [...text.matchAll(DEPENDENCY)].map(({ 1: quoted = '', 2: plain = '' }) => quoted || plain),
};

const DEPENDENCY = /\badd_(?:runtime_)?dependency\b\s*\(?\s*(?:%q<([\w.-]+)>|["']([\w.-]+)["'])/g;
