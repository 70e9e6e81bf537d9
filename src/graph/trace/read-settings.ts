import { typeOf } from '../../tree/node.ts';
import { parentOf } from '../../base/byte-path.ts';
import { pathOf } from '../../tree/node.ts';
import { STAR, ONE } from '../word.ts';
import type { FormatName } from '../formats/format-name.ts';
import { FORMATS } from '../formats/read-settings.ts';
import type { Place } from '../place.ts';
import type { Fields } from '../shell/fields.ts';
import type { Statement } from '../formats/settings.ts';
import { madeTexts } from './made-texts.ts';
import { filesNamed } from './name-files.ts';
import { inFolder, type Trace, type Where } from './state.ts';

interface Settings {
  readonly format: FormatName;
  readonly paths: readonly string[];
  readonly names?: readonly string[];
  readonly folder?: string | undefined;
}

/** Reads files that say what is started, and does what they say. */
export const readSettings = async (
  trace: Trace,
  { format, paths, names = [], folder }: Settings,
  where: Where,
  place: Place,
): Promise<void> => {
  const at = inFolder(where, folder);
  for (const path of paths) {
    const files = filesNamed(trace, asGlob(path), at);
    for (const found of files) {
      const { node } = found;
      if (typeOf(node) !== 'file') continue;
      trace.record.need('reads', found, place);
      const text = await trace.readText(node, SETTINGS_SIZE);
      if (text === undefined) continue;
      const own = `/${parentOf(pathOf(node))}`;
      const inside: Where = { folders: [...at.folders, own], searchIn: [], inputFiles: [] };
      startNamed(trace, FORMATS[format](text, names), inside, (line) => ({ file: node, line }));
      trace.enqueue({ step: { does: 'mention', node }, place: { file: node }, where: inside });
    }
    // Settings that a script writes while it runs.
    for (const text of files.length === 0 ? madeTexts(trace, path, at) : [])
      startNamed(trace, FORMATS[format](text, names), at, () => place);
  }
};

const startNamed = (
  trace: Trace,
  statements: readonly Statement[],
  where: Where,
  placeOf: (line: number) => Place,
): void => {
  for (const { line, action } of statements.slice(0, MAX_STATEMENTS))
    trace.enqueue({
      step: action,
      place: placeOf(line),
      where: inFolder(where, 'folder' in action ? action.folder : undefined),
    });
};

const SETTINGS_SIZE = 1024 * 1024;
const MAX_STATEMENTS = 5000;

/** Paths of settings may have wildcards of their own. */
const asGlob = (path: string): string => path.replaceAll('*', STAR).replaceAll('?', ONE);

/** Starts all programs that fit globs, in the order of their names. */
export const runAll = (
  trace: Trace,
  paths: readonly string[],
  args: Fields,
  where: Where,
  place: Place,
): void => {
  for (const path of paths)
    for (const found of filesNamed(trace, asGlob(path), where)) {
      if (typeOf(found.node) !== 'file') continue;
      trace.record.need('starts', found, place);
      const step = {
        does: 'start',
        node: found.node,
        path: `/${pathOf(found.node)}`,
        args,
      } as const;
      trace.enqueue({ step, place, where });
    }
};
