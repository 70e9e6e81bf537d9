import type { Found } from '../graph/find-files.ts';
import { escaped, loaderNames } from './own-sites.ts';
import { foldersAbove } from '../graph/trace/name-files.ts';
import type { Trace } from '../graph/trace/state.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** A package that a distribution installed for Node, with where a source names it. */
export interface NodeImport {
  readonly found: Found;
  /** A position in the text. */
  readonly at: number;
}

/**
 * Packages of the distribution that a source loads by their names, where no `node_modules` in or above its folder has
 * them. Node is built to look there in the end.
 * @see https://wiki.debian.org/Javascript/Nodejs/Manual
 */
export const nodeImports = (trace: Trace, source: Node, text: string): NodeImport[] =>
  importsFrom(trace, source.parent ? `/${pathOf(source.parent)}` : '/', text);

/** The same of a text that is as good as a file in a folder. */
export const importsFrom = ({ finder }: Trace, home: string, text: string): NodeImport[] => {
  const folders = foldersAbove(home);
  const seen = new Set<string>();
  const others = loaderNames(text).map(escaped);
  const named = new RegExp(
    String.raw`(?<![.\w$])(?:${others.join('|')})(?:\.resolve)?\(\s{0,4}["'\x60]${PACKAGE}`,
    'g',
  );
  const all = [...text.matchAll(IMPORT), ...(others.length > 0 ? text.matchAll(named) : [])];
  return all.flatMap(({ 1: name = '', index }) => {
    if (seen.has(name) || seen.size >= MAX_IMPORTS) return [];
    seen.add(name);
    if (folders.some((folder) => finder.at(`${folder}/node_modules/${name}`))) return [];
    return SHELVES.flatMap((shelf) => {
      const found = finder.at(`${shelf}/${name}`) ?? finder.at(`${shelf}/${name}.js`);
      return found ? [{ found, at: index }] : [];
    });
  });
};

/** All packages that a distribution installed for Node. */
export const allNodePackages = ({ finder }: Trace): Found[] =>
  SHELVES.flatMap((shelf) => finder.at(shelf) ?? []);

const MAX_IMPORTS = 1000;

const SHELVES = ['/usr/share/nodejs', '/usr/lib/nodejs', '/usr/share/node_modules'];

const PACKAGE = String.raw`((?:@[\w.-]{1,100}\/)?[\w][\w.-]{0,100})`;

/** The package of `require('express/lib/x')`, `from '@scope/x'`. */
const IMPORT = new RegExp(
  String.raw`(?:\brequire(?:\.resolve)?\s{0,4}\(|\b_load\(|\bfrom|\bimport\s{0,4}\(?)\s{0,4}["'\x60]${PACKAGE}`,
  'g',
);
