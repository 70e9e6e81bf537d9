import { objectOf, parseObject } from '../../base/json.ts';
import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import type { FoundPackage } from '../found-package.ts';

/** Reads the list that Composer keeps of what is installed. */
export const readInstalled = async (node: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const text = await readText(open, node, INSTALLED_SIZE);
  const value = parseObject(Buffer.from(text ?? '', 'latin1').toString('utf8'));
  const list = Array.isArray(value?.['packages']) ? (value['packages'] as unknown[]) : [];
  return list.map((each) => {
    const { name, version } = objectOf(each);
    return { type: 'composer', name: String(name), version: String(version), evidence: node };
  });
};

const INSTALLED_SIZE = 64 * 1024 * 1024;
