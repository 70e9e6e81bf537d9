import { readElfText } from '../../elf/read-strings.ts';
import type { Node } from '../../tree/node.ts';
import { readText } from '../../tree/read-text.ts';
import type { CompiledCode, Language } from './language.ts';
import { isHiddenArchive } from '../is-archive.ts';
import { keepAll, useModule, type Shelf } from './shelf.ts';

/** Notes what compiled code names; says whether it is such code. */
export const lookIntoCompiled = async (shelf: Shelf, node: Node): Promise<boolean> => {
  const { compiled } = shelf.language;
  if (!compiled) return false;
  const isOwned = shelf.packages.owners.has(node);
  if (!isOwned && (compiled.archive.test(node.name) || (await mayBeArchive(shelf, node)))) {
    keepAll(shelf, { file: node });
    return true;
  }
  if (node.name.endsWith('.so')) {
    if (!hasSource(shelf, compiled, node)) await lookIntoLibrary(shelf, compiled, node);
  } else if (!compiled.bytecode?.test(node.name)) return false;
  else if (!isOwned && isBytecode(shelf.language, node)) await lookIntoBytecode(shelf, node);
  return true;
};

/** Python loads modules of any archive that is in its path. */
export const mayBeArchive = async ({ language, trace }: Shelf, node: Node): Promise<boolean> => {
  const file = language.name === 'python' ? trace.open(node) : undefined;
  return file !== undefined && isHiddenArchive(node, file);
};

/** Whether it was made of a source that lies beside it. */
const hasSource = (
  { language }: Shelf,
  { sourceEnding }: CompiledCode,
  { name, parent }: Node,
): boolean => parent?.children?.has(`${language.moduleOf(name) ?? ''}${sourceEnding}`) === true;

/** Modules in C and the like: those that they import are among their strings. */
const lookIntoLibrary = async (
  shelf: Shelf,
  { symbols, names, packagedNames }: CompiledCode,
  node: Node,
): Promise<void> => {
  const file = shelf.trace.open(node);
  const text = file && file.size <= MAX_COMPILED ? await readElfText(file) : undefined;
  const isOwned = shelf.packages.owners.has(node);
  if (!text || (text.symbols !== '' && !symbols.test(text.symbols))) return;
  for await (const piece of text.pieces) {
    if (/\/share\b/.test(piece))
      for (const each of shelf.packages.owners.get(node) ?? []) shelf.state.sharing.add(each);
    for (const [word] of piece.matchAll(isOwned ? packagedNames : names))
      useName(shelf, word, node);
  }
};

/** Compiled code of an application that has no source beside it: an interpreter loads that, too. */
export const isBytecode = ({ compiled }: Language, node: Node): boolean =>
  compiled?.bytecode?.test(node.name) === true && node.parent?.name !== '__pycache__';

const lookIntoBytecode = async (shelf: Shelf, node: Node): Promise<void> => {
  const text = await readText(shelf.trace.open, node, MAX_COMPILED);
  if (text === undefined) keepAll(shelf, { file: node });
  else for (const word of new Set(text.match(/[A-Za-z_][\w.]{0,80}/g))) useName(shelf, word, node);
};

const useName = (shelf: Shelf, word: string, node: Node): void => {
  const parts = word.split(shelf.language.separator);
  if (!shelf.index.has(parts[0] ?? '')) return;
  if (parts.length > 1 || mayUse(shelf, node, word))
    useModule(shelf, { parts }, node, { file: node });
};

/** A word by itself often means something else: of packages it counts where they know of those whose module it is. */
const mayUse = ({ index, packages }: Shelf, node: Node, word: string): boolean => {
  const own = packages.owners.get(node);
  if (!own) return true;
  const known = new Set(
    own
      .flatMap(({ depends, recommends }) => [...depends, ...recommends].flat())
      .flatMap((name) => packages.providers.get(name) ?? []),
  );
  return index
    .find([word])
    .some((found) => packages.owners.get(found.node)?.some((each) => known.has(each)));
};

const MAX_COMPILED = 64 * 1024 * 1024;
