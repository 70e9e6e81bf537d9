import { toText } from '../../base/byte-path.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import type { FoundPackage } from '../found-package.ts';
import { DATABASE_SIZE } from '../system-package.ts';
import { readParagraphs } from './deb822.ts';
import { DPKG, isStatusFile } from './files.ts';

/** Lists what scanners find in dpkg's database: each paragraph that calls its package installed. */
export const listPackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const found: FoundPackage[] = [];
  const folder = nodeAt(root, `${DPKG}/status.d`)?.children?.values() ?? [];
  for (const node of [nodeAt(root, `${DPKG}/status`), ...folder]) {
    if (!node || !isStatusFile(node)) continue;
    for (const { fields } of readParagraphs((await readText(open, node, DATABASE_SIZE)) ?? '')) {
      const name = fields.get('package') ?? '';
      const state = fields.get('status');
      if (name === '' || (state !== undefined && !state.endsWith(' installed'))) continue;
      const version = toText(fields.get('version') ?? '');
      found.push({ type: 'deb', name: toText(name), version, evidence: node });
    }
  }
  return found;
};
