import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import { locator } from '../locate-paths.ts';
import { DPKG } from './files.ts';
import type { AlternativesGroup } from '../system-package.ts';

/**
 * Reads the records of update-alternatives: the mode, the main link, pairs of a name and a slave link,
 * an empty line, then for each choice its path, its priority and the paths for the slave links.
 * @see https://manpages.debian.org/bookworm/dpkg/update-alternatives.1.en.html#FILES
 */
export const readAlternatives = async (
  root: Node,
  open: OpenFile,
): Promise<AlternativesGroup[]> => {
  const locate = locator(root);
  const groups: AlternativesGroup[] = [];
  for (const record of nodeAt(root, `${DPKG}/alternatives`)?.children?.values() ?? []) {
    const lines = ((await readText(open, record, RECORD_SIZE)) ?? '').split('\n');
    const gap = lines.indexOf('');
    if (gap < 2) continue;
    const head = lines.slice(1, gap);
    const links = head.filter((_, at) => at % 2 === 0);
    const names = [record.name, ...head.filter((_, at) => at % 2 === 1)];
    const found = [
      ...links.map((link) => locate(link)),
      ...names.map((name) => locate(`/etc/alternatives/${name}`)),
    ];
    const width = links.length + 1;
    const choices = lines.slice(gap + 1).flatMap((line, at) =>
      // The path of the choice, its priority, then the paths for the slave links.
      line.startsWith('/') && at % width !== 1 ? (locate(line) ?? []) : [],
    );
    groups.push({ nodes: [record, ...found.flatMap((node) => node ?? [])], choices });
  }
  return groups;
};

const RECORD_SIZE = 1024 * 1024;
