import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { editText } from '../edit-text.ts';
import type { Removal } from '../ecosystem.ts';
import { readParagraphs, writeParagraphs } from './deb822.ts';
import { DPKG, EXTENDED_STATES } from './files.ts';

/**
 * The databases of dpkg and apt without packages that are taken out. Their own records
 * (`info/NAME.list`) are removed as files.
 */
export const removeFromDpkg = async (
  root: Node,
  { packages }: Pick<Removal, 'packages'>,
  open: OpenFile,
): Promise<Map<Entry, LayerBytes>> => {
  const contents = new Map<Entry, LayerBytes>();
  const removed = packages.filter(({ type }) => type === 'deb');
  if (removed.length === 0) return contents;
  const names = new Set(removed.map(({ name }) => name));
  const builds = new Set(removed.map(({ name, architecture }) => `${name}:${architecture}`));
  // apt lists packages for all architectures under the machine's own.
  const forAll = new Set(
    removed.flatMap(({ name, architecture }) => (architecture === 'all' ? [name] : [])),
  );
  const withoutParagraphs = (text: string): string =>
    writeParagraphs(
      readParagraphs(text).filter(({ fields }) => {
        const name = fields.get('package') ?? '';
        return !builds.has(`${name}:${fields.get('architecture') ?? ''}`) && !forAll.has(name);
      }),
    );

  await editText(contents, open, nodeAt(root, `${DPKG}/status`), withoutParagraphs);
  await editText(contents, open, nodeAt(root, EXTENDED_STATES), withoutParagraphs);
  for (const node of nodeAt(root, `${DPKG}/triggers`)?.children?.values() ?? [])
    await editText(contents, open, node, (text) => withoutTriggers(text, names));
  return contents;
};

/** Lines are a package, or a path and a package, each perhaps with `/noawait` or an architecture. */
const withoutTriggers = (text: string, names: ReadonlySet<string>): string =>
  text
    .split('\n')
    .filter((line) => !names.has((line.split(' ').at(-1) as string).replace(/[/:].*$/, '')))
    .join('\n');
