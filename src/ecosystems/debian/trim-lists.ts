import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { editText } from '../edit-text.ts';
import type { Removal } from '../ecosystem.ts';
import { survivalTest } from '../surviving-path.ts';
import { DATABASE_SIZE } from '../system-package.ts';
import { trimRecord } from './alternatives.ts';
import { placeOf, readDiversions } from './diversions.ts';
import { databaseTooLarge, DPKG, isStatusFile } from './files.ts';
import { trimSettings, type Survives } from './trim-settings.ts';

/**
 * Leaves files and folders that are gone out of what dpkg's database lists: `NAME.list`, `NAME.md5sums` and
 * `NAME.conffiles` in `info`, settings in `status`, and the same in `status.d` of distroless images; and out of the choices
 * of update-alternatives. What was not there before (dpkg's `path-exclude` leaves documentation out, and lists it) goes as
 * well.
 */
export const trimDpkgLists = async (
  contents: Map<Entry, LayerBytes>,
  root: Node,
  removal: Removal,
  open: OpenFile,
): Promise<void> => {
  const isThere = survivalTest(root, removal);
  const diversions = await readDiversions(root, open);
  const survives: Survives = (path, name) => isThere(placeOf(path, name, diversions));
  const filesIn = (folder: string): Node[] =>
    [...(nodeAt(root, `${DPKG}/${folder}`)?.children?.values() ?? [])].filter(
      (node) => !removal.isGone(node),
    );

  const lists = ['info', 'status.d'].flatMap(filesIn).filter(({ name }) => linesOf(name));
  const alternatives = filesIn('alternatives');
  const size = [...lists, ...alternatives].reduce((sum, { entry }) => sum + (entry?.size ?? 0), 0);
  if (size > DATABASE_SIZE) throw databaseTooLarge();
  for (const list of lists)
    await editText(contents, open, list, (text) => trimList(text, list.name, survives));

  for (const record of alternatives)
    await editText(contents, open, record, (text) => trimRecord(text, isThere));

  const status = nodeAt(root, `${DPKG}/status`);
  for (const node of [...(status ? [status] : []), ...filesIn('status.d').filter(isStatusFile)])
    await editText(contents, open, node, (text) => trimSettings(text, survives));
};

/** By the end of a list's name: captures the path in its lines. Other lines stay. */
const LINES: ReadonlyMap<string, RegExp> = new Map([
  ['list', /^(\/.*)$/],
  ['md5sums', /^[0-9a-f]{32} [ *](.+)$/],
  ['conffiles', /^(?:remove-on-upgrade )?(\/.*)$/],
]);

const linesOf = (file: string): RegExp | undefined =>
  LINES.get(file.slice(file.lastIndexOf('.') + 1));

/** `file` is named after the package, with its architecture where several can be installed: `libc6:amd64.list`. */
const trimList = (text: string, file: string, survives: Survives): string => {
  const name = file.slice(0, file.lastIndexOf('.')).replace(/:[^:]*$/, '');
  const pattern = linesOf(file) as RegExp;
  return text
    .split('\n')
    .filter((line) => {
      const path = pattern.exec(line)?.[1];
      return path === undefined || survives(absolute(path), name);
    })
    .join('\n');
};

/** Sums have paths without a slash, or with `./`, before them. */
const absolute = (path: string): string => `/${path.replace(/^(\.?\/)+/, '')}`;
