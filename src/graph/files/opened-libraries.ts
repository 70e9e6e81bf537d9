import { anyOf } from '../../ecosystems/any-of.ts';
import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { nodesOf, type Node } from '../../tree/node.ts';

/**
 * Names of libraries that a source may open while it runs: all its words in quotes, where it uses one of
 * the ways to do so. Most name no library at all; who looks them up finds that out.
 */
export const openedLibraries = (source: string): readonly string[] =>
  OPENERS.test(source)
    ? [...new Set([...source.matchAll(QUOTED)].map(([, name]) => baseOf(name as string)))]
    : [];

/** The same of a piece of a compiled program: file names of libraries, where it can open one. */
export const openedByProgram = (piece: string): readonly string[] =>
  [...piece.matchAll(/lib[\w+-][\w.+-]{0,60}?\.so(?:\.\d+)*/g)].map(([name]) => baseOf(name));

const OPENERS = anyOf(ECOSYSTEMS.flatMap(({ libraryOpeners = [] }) => libraryOpeners));
const QUOTED = /["'`]([A-Za-z][\w.+-]{1,60})["'`]/g;

/** `magic` of `magic`, `libmagic`, `libmagic.so` and `libmagic.so.1`. */
const baseOf = (name: string): string => name.replace(/^lib/, '').replace(/\.so(\.[\d.]*)?$/, '');

/** All libraries of the image but idle ones, by what `dlopen` and the like may be asked for. */
export const librariesByBase = (
  root: Node,
  idle: ReadonlySet<Node> = new Set(),
): ReadonlyMap<string, readonly Node[]> => {
  const found = new Map<string, Node[]>();
  for (const node of nodesOf(root)) {
    if (node.children || idle.has(node) || !/^lib.+\.so(\.[\d.]+)?$/.test(node.name)) continue;
    const base = baseOf(node.name);
    const others = found.get(base);
    if (others) others.push(node);
    else found.set(base, [node]);
  }
  return found;
};
