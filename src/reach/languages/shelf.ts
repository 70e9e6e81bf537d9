import type { SystemPackage, SystemPackages } from '../../ecosystems/system-package.ts';
import type { Found } from '../../graph/find-files.ts';
import type { Place } from '../../graph/place.ts';
import type { Trace } from '../../graph/trace/state.ts';
import { pathOf, type Node } from '../../tree/node.ts';
import { ownFolder } from './own-folder.ts';
import type { ModuleName } from './code-names.ts';
import type { Language, Request } from './language.ts';
import type { ModuleIndex } from './module-index.ts';

export interface LanguageInput {
  readonly trace: Trace;
  /** All of the tree, folders before their contents. */
  readonly nodes: readonly Node[];
  readonly packages: SystemPackages;
  readonly isGone: (node: Node) => boolean;
}

/** The packages that a distribution installed for a language, and what is known of who uses them. */
export interface Shelf extends LanguageInput {
  readonly language: Language;
  readonly index: ModuleIndex;
  /** Modules that are loaded in place of others. */
  readonly suppliers: ReadonlyMap<string, readonly string[]>;
  /** Packages of the distribution that own files in its folders. */
  readonly owners: ReadonlySet<SystemPackage>;
  /** Names of modules that were installed from where all get theirs; others belong to the application. */
  readonly installed: ReadonlySet<string>;
  /** Those who offer modules, by their groups. */
  readonly groups: ReadonlyMap<string, readonly Offer[]>;
  /** Files of metadata, by the names of packages. */
  readonly metadata: ReadonlyMap<string, readonly Node[]>;
  readonly state: ShelfState;
}

/** What was found so far. */
export interface ShelfState {
  /** All packages stay. */
  hasAll: boolean;
  /** Text of the application that was read. */
  bytes: number;
  /** How many words of command lines were looked at. */
  words: number;
  readonly looked: Set<Node>;
  readonly kept: Set<SystemPackage>;
  /** Those with a module that stays, each with the first. */
  readonly partly: Map<SystemPackage, Node>;
  /** Those whose code is loaded. */
  readonly loaded: Set<SystemPackage>;
  /** Those whose code names the folder of data, `/usr/share`. */
  readonly sharing: Set<SystemPackage>;
  /** Sources of the standard library that somebody imports something from. */
  readonly imported: Set<Node>;
  /** What the others would load then. */
  readonly unimported: Map<Node, readonly (() => void)[]>;
  /** What the application asks for. */
  readonly requests: Set<Request>;
  /** What would be loaded if it did. */
  readonly unasked: {
    readonly request: Request;
    readonly parts: readonly string[];
    readonly place: Place;
  }[];
}

export interface Offer {
  readonly file: Node;
  readonly modules: readonly string[];
}

/** Notes that all packages stay. */
export const keepAll = ({ state, index, trace }: Shelf, place: Place): void => {
  if (state.hasAll) return;
  state.hasAll = true;
  for (const node of index.shelves) trace.record.need('reads', { node, via: [] }, place, true);
};

/** Notes what a name of a module leads to. `from` is the source that it stands in. */
export const useModule = (
  shelf: Shelf,
  { parts, up, stem, isBare }: Omit<ModuleName, 'at'>,
  from: Node | undefined,
  place: Place,
): void => {
  const { index } = shelf;
  if (up === undefined && isUnasked(shelf, parts, from, place)) return;
  const above = up === undefined ? undefined : ownFolder(from, up);
  if (up !== undefined && !above) return;
  const folders = above && [above];
  const found =
    stem === undefined
      ? index.find(parts, folders)
      : index.below(
          parts,
          stem,
          shelf.language.entry === undefined || isApplication(shelf, from),
          folders,
        );
  load(shelf, found, place);
  if (isBare !== true)
    for (const { node } of found)
      // Where a module is not there, those above it are found.
      if (shelf.language.moduleOf(node.name) === parts.at(-1)) noteImport(shelf, node);
  if (up === undefined)
    for (const other of shelf.suppliers.get(parts[0] ?? '') ?? [])
      load(shelf, index.find([other]), place);
};

/** Has a source do what it does for those who import something from it. */
const noteImport = ({ state }: Shelf, node: Node): void => {
  if (state.imported.has(node)) return;
  state.imported.add(node);
  for (const useIt of state.unimported.get(node) ?? []) useIt();
  state.unimported.delete(node);
};

/** Notes what a source of the standard library loads for those who import something from it, once somebody does. */
export const useOnImport = (shelf: Shelf, node: Node, useIt: () => void): void => {
  const { imported, unimported } = shelf.state;
  const isStandard = shelf.language.standard?.test(`/${pathOf(node)}`) === true;
  if (!isStandard || imported.has(node)) useIt();
  else unimported.set(node, [...(unimported.get(node) ?? []), useIt]);
};

/** Whether a package would load a module for callers who ask for it, and the application does not. */
const isUnasked = (
  shelf: Shelf,
  parts: readonly string[],
  from: Node | undefined,
  place: Place,
): boolean => {
  const { language, state } = shelf;
  const request = language.requests.find(
    (each) => each.module === parts[0] && isBy(shelf, from, each),
  );
  if (!request || state.requests.has(request)) return false;
  state.unasked.push({ request, parts, place });
  return true;
};

const isBy = (
  { index, packages }: Shelf,
  from: Node | undefined,
  { by, module }: Request,
): boolean => {
  if (from && by === undefined && !packages.owners.has(from)) return false;
  for (let each = from; each?.parent; each = each.parent)
    if (index.shelves.includes(each.parent))
      return by === undefined ? !each.name.includes(module) : each.name === by;
  return false;
};

/** Notes what an application asks packages for. */
export const useRequests = (shelf: Shelf, text: string): void => {
  const { language, state } = shelf;
  for (const request of language.requests) {
    if (state.requests.has(request) || !request.words.test(text)) continue;
    state.requests.add(request);
    for (const each of state.unasked)
      if (each.request === request) useModule(shelf, { parts: each.parts }, undefined, each.place);
  }
};

const load = ({ trace }: Shelf, found: readonly Found[], place: Place): void => {
  for (const each of found) trace.record.need('loads', each, place);
};

const isApplication = ({ packages }: Shelf, from: Node | undefined): boolean =>
  from === undefined || !packages.owners.has(from);

/** Notes what a word names: a module, a package. */
export const useWord = (shelf: Shelf, word: string, from: Node | undefined, place: Place): void => {
  const { index, language } = shelf;
  if (language.pragma?.test(word) && index.find([word], index.shelves).length === 0) return;
  if (word.startsWith(language.separator)) {
    const parts = word.split(language.separator).filter((part) => part !== '');
    useModule(shelf, { parts, up: 0 }, from, place);
    return;
  }
  const parts = word.split(language.separator);
  if (index.has(parts[0] ?? '') || shelf.suppliers.has(parts[0] ?? ''))
    useModule(shelf, { parts }, from, place);
  if (!isUnasked(shelf, parts, from, place))
    usePackage(shelf, language.metadata.nameOf(word), place);
};

/** Notes that a package is needed, whatever of it. */
export const usePackage = ({ metadata, trace }: Shelf, name: string, place: Place): void => {
  for (const node of metadata.get(name) ?? []) trace.record.need('reads', { node, via: [] }, place);
};

/** Notes all that is offered to a group of plug-ins. */
export const useGroup = (shelf: Shelf, name: string, place: Place): void => {
  for (const { file, modules } of shelf.groups.get(name) ?? []) {
    shelf.trace.record.need('reads', { node: file, via: [] }, place);
    for (const module of modules)
      useModule(shelf, { parts: module.split(shelf.language.separator) }, undefined, place);
  }
};
