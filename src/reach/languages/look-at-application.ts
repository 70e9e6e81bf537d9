import { lineCounter } from '../../graph/place.ts';
import { pathOf, type Node } from '../../tree/node.ts';
import { readText } from '../../tree/read-text.ts';
import { isSettings, mayNameModules } from './application-texts.ts';
import { lookIntoCode } from './look-into-file.ts';
import { keepAll, useModule, useRequests, useWord, type Shelf } from './shelf.ts';

/** Looks at all text of the application: its sources, whether something seems to load them or not, settings, templates. */
export const lookAtApplication = async (shelf: Shelf): Promise<void> => {
  const { nodes, packages, isGone, state, language, trace } = shelf;
  for (const node of nodes) {
    if (state.hasAll) return;
    if (isGone(node) || !mayNameModules(node)) continue;
    if (packages.owners.has(node)) {
      if (language.namesInSettings && pathOf(node).startsWith('etc/'))
        await lookIntoSettings(shelf, node);
      continue;
    }
    if (language.folder.test(`/${pathOf(node)}`)) continue;
    const text = await readText(trace.open, node, MAX_TEXT);
    if (text === undefined) continue;
    state.bytes += text.length;
    if (state.bytes > MAX_ALL) {
      keepAll(shelf, { file: node });
      return;
    }
    if (isForBuilding(shelf, node)) {
      state.looked.add(node);
      continue;
    }
    useRequests(shelf, text);
    if (language.isCode(node.name, text.slice(0, 4096))) {
      state.looked.add(node);
      lookIntoCode(shelf, node, text, true);
    } else if (!text.slice(0, 4096).includes('\0')) lookIntoText(shelf, node, text);
  }
};

const MAX_TEXT = 1024 * 1024;

/** Settings of a package, which may have been changed: what has the name of a module with several parts. */
const lookIntoSettings = async (shelf: Shelf, node: Node): Promise<void> => {
  const text = await readText(shelf.trace.open, node, MAX_TEXT);
  if (text === undefined || text.slice(0, 4096).includes('\0')) return;
  const { language } = shelf;
  const lineOf = lineCounter(text);
  for (const word of new Set(language.wordsIn(text)))
    if (word.includes(language.separator))
      useModule(shelf, { parts: word.split(language.separator) }, node, {
        file: node,
        line: lineOf(text.indexOf(word)),
      });
};

/** What builds an application, or tests it, unless the image starts it. */
const isForBuilding = ({ trace, language }: Shelf, { name }: Node): boolean =>
  language.forBuilding.test(name) && !trace.record.mentions.has(name);

/** Applications with all their data seldom have a tenth of this in text. */
const MAX_ALL = 64 * 1024 * 1024;

const lookIntoText = (shelf: Shelf, node: Node, text: string): void => {
  const lineOf = lineCounter(text);
  const { modules } = shelf.language.names(text, { isOwn: false, isEntry: false, isMain: true });
  for (const { at, ...module } of modules)
    if (module.up === undefined) useModule(shelf, module, node, { file: node, line: lineOf(at) });
  if (!isSettings(node)) return;
  for (const word of new Set(shelf.language.wordsIn(text)))
    if (/^[A-Za-z_]/.test(word))
      useWord(shelf, word, node, { file: node, line: lineOf(text.indexOf(word)) });
};
