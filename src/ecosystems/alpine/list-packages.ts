import { toText } from '../../base/byte-path.ts';
import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import type { FoundPackage } from '../found-package.ts';
import { DATABASE_SIZE } from '../system-package.ts';
import { apkDatabase } from './files.ts';
import { readStanzas } from './stanzas.ts';

/** Lists what scanners find in apk's database. */
export const listPackages = async (root: Node, open: OpenFile): Promise<FoundPackage[]> => {
  const evidence = apkDatabase(root);
  if (!evidence) return [];
  const text = (await readText(open, evidence, DATABASE_SIZE)) ?? '';
  return readStanzas(text).flatMap(({ fields }): FoundPackage[] => {
    const name = toText(fields.get('P') ?? '');
    const version = toText(fields.get('V') ?? '');
    return name === '' ? [] : [{ type: 'apk', name, version, evidence }];
  });
};
