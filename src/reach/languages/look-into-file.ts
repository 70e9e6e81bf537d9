import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import { lineCounter } from '../../graph/place.ts';
import { isInside, pathOf, typeOf, type Node } from '../../tree/node.ts';
import { readText } from '../../tree/read-text.ts';
import type { ReachedFile } from '../reached.ts';
import { isBytecode, lookIntoCompiled, mayBeArchive } from './look-into-compiled.ts';
import {
  keepAll,
  useGroup,
  useModule,
  useOnImport,
  usePackage,
  useWord,
  type Shelf,
} from './shelf.ts';

/** Notes which packages a file needs: what its metadata requires, and what it loads where it is loaded itself. */
export const lookIntoFile = async (shelf: Shelf, { node, use }: ReachedFile): Promise<void> => {
  const { language, state, trace, packages } = shelf;
  if (typeOf(node) !== 'file' || state.looked.has(node)) return;
  if (state.hasAll) {
    for (const each of packages.owners.get(node) ?? [])
      if (shelf.owners.has(each)) state.kept.add(each);
    return;
  }
  if (language.metadata.hasRequirements(node)) {
    state.looked.add(node);
    const text = (await readText(trace.open, node, MAX_TEXT)) ?? '';
    for (const name of language.metadata.requirementsIn(node, text))
      usePackage(shelf, name, { file: node });
    return;
  }
  const owners = packages.owners.get(node) ?? [];
  for (const each of owners)
    if (shelf.owners.has(each)) {
      state.kept.add(each);
      if (isShelved(shelf, node) && !state.partly.has(each)) state.partly.set(each, node);
    }
  if (use !== 'used') {
    const isCode = isBytecode(language, node) || (await mayBeArchive(shelf, node));
    if (owners.length > 0 || !isCode) return;
  }
  state.looked.add(node);
  if (owners.length > 0 && !isShelved(shelf, node)) keepRequired(shelf, node);
  if ((owners.length === 0 || isShelved(shelf, node)) && (await lookIntoCompiled(shelf, node)))
    return;
  const head = await headOf(shelf, node);
  if (!language.isCode(node.name, head)) return;
  for (const each of owners) state.loaded.add(each);
  const text = await readText(trace.open, node, MAX_TEXT);
  if (text !== undefined) lookIntoCode(shelf, node, text, isOwn(shelf, node));
  else if (isOwn(shelf, node)) keepAll(shelf, { file: node });
};

const MAX_TEXT = 8 * 1024 * 1024;

const headOf = async ({ trace }: Shelf, node: Node): Promise<string> => {
  const file = trace.open(node);
  return file ? (await file.read(0, Math.min(4096, file.size))).toString('latin1') : '';
};

/** Notes what a source names. */
export const lookIntoCode = (shelf: Shelf, node: Node, text: string, isOwn: boolean): void => {
  const { language, groups } = shelf;
  if (SHARED.test(text))
    for (const each of shelf.packages.owners.get(node) ?? []) shelf.state.sharing.add(each);
  const isEntry = language.moduleOf(node.name) === language.entry;
  const { modules, words, unbound } = language.names(text, {
    isOwn,
    isEntry,
    isMain: isOwn || isRun(shelf, node),
  });
  const lineOf = lineCounter(text);
  const at = (position: number) => ({ file: node, line: lineOf(position) });
  for (const module of modules) {
    const useIt = (): void => useModule(shelf, module, node, at(module.at));
    if (module.isForImport) useOnImport(shelf, node, useIt);
    else useIt();
  }
  for (const { word, at: position } of words) useWord(shelf, word, node, at(position));
  const named = [...groups.keys()].filter(
    (name) => text.includes(`'${name}'`) || text.includes(`"${name}"`),
  );
  const isPlugged = isOwn && unbound.some(({ isGroup }) => isGroup);
  for (const name of named)
    if (isPlugged || !FOR_INSTALLING.test(name))
      useGroup(shelf, name, at(text.search(new RegExp(`["']${name.replaceAll('.', '\\.')}["']`))));
  for (const { at: position, isGroup } of unbound) {
    if (isGroup && named.length > 0) continue;
    keepAll(shelf, at(position));
  }
};

/** The folder of data that distributions put beside code. */
const SHARED = /["'/]share\b/;

/** Groups of plug-ins that are of use where packages are built and installed. */
const FOR_INSTALLING =
  /^(?:console_scripts|gui_scripts|egg_info\.writers|(?:distutils|setuptools)\..*)$/;

/** Whether it is no module, or a command line has it run by its name. */
const isRun = ({ language, index, trace }: Shelf, node: Node): boolean => {
  const parts: string[] = [];
  for (let each: Node | undefined = node; each; each = each.parent) {
    if (index.shelves.includes(each))
      return trace.record.words.has(parts.join(language.separator)) || parts.at(-1) === '__main__';
    parts.unshift(each.children ? each.name : (language.moduleOf(each.name) ?? each.name));
  }
  return true;
};

/** What belongs to no package that others made. */
const isOwn = ({ packages, index, installed, language }: Shelf, node: Node): boolean => {
  if (packages.owners.has(node)) return false;
  if (language.ownsInstalled) return true;
  const path = `/${pathOf(node)}`;
  if (!PACKAGE_FOLDER.test(path) && !language.folder.test(path)) return true;
  if (/\.egg\//.test(path)) return true;
  const parts: string[] = [];
  for (let each = node; each.parent; each = each.parent) {
    parts.unshift(each.name.split('.', 1)[0] as string);
    if (index.shelves.includes(each.parent))
      return !installed.has(
        language.entry === undefined ? parts.join(language.separator) : (parts[0] as string),
      );
  }
  return false;
};

const isShelved = ({ index, language }: Shelf, node: Node): boolean =>
  language.folder.test(`/${pathOf(node)}`) && index.shelves.some((shelf) => isInside(node, shelf));

/** A program keeps the packages of the language that its own depends on, and its own modules wherever they lie. */
const keepRequired = (shelf: Shelf, node: Node): void => {
  const { packages, owners, trace, language, state } = shelf;
  const place = { file: node, member: 'its package' };
  for (const own of packages.owners.get(node) ?? []) {
    if (owners.has(own) && !state.partly.has(own)) state.partly.set(own, node);
    const needed = own.depends.flat().flatMap((name) => packages.providers.get(name) ?? []);
    const found = needed.filter((each) => owners.has(each) && each !== own);
    for (const file of found.flatMap(({ files }) => files))
      trace.record.need('reads', { node: file, via: [] }, place);
    if (found.length === 0 || owners.has(own)) continue;
    for (const file of own.files)
      if (language.isCode(file.name, '') && file !== node)
        trace.record.need('loads', { node: file, via: [] }, place);
  }
};
