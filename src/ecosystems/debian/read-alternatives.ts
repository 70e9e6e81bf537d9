import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { locator } from '../locate-paths.ts';
import { readRecord } from './alternatives.ts';
import { DPKG } from './files.ts';
import type { AlternativesGroup } from '../system-package.ts';

/** Reads the records of update-alternatives. */
export const readAlternatives = async (
  root: Node,
  open: OpenFile,
): Promise<AlternativesGroup[]> => {
  const locate = locator(root);
  const groups: AlternativesGroup[] = [];
  for (const node of nodeAt(root, `${DPKG}/alternatives`)?.children?.values() ?? []) {
    const record = readRecord((await readText(open, node, RECORD_SIZE)) ?? '');
    if (!record) continue;
    const links = record.links.filter((_, at) => at % 2 === 0);
    const names = [node.name, ...record.links.filter((_, at) => at % 2 === 1)];
    const found = [
      ...links.map((link) => locate(link)),
      ...names.map((name) => locate(`/etc/alternatives/${name}`)),
    ];
    const choices = record.choices
      .flatMap(({ path, slaves }) => [path, ...slaves])
      .flatMap((path) => (path.startsWith('/') ? (locate(path) ?? []) : []));
    groups.push({ nodes: [node, ...found.flatMap((each) => each ?? [])], choices });
  }
  return groups;
};

const RECORD_SIZE = 1024 * 1024;
