import type { Entry } from '../../layer/entry.ts';
import type { LayerBytes } from '../../layer/layer-bytes.ts';
import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { editText } from '../edit-text.ts';
import type { Removal } from '../ecosystem.ts';
import { survivalTest } from '../surviving-path.ts';
import { apkDatabase } from './files.ts';

/** Leaves files and folders that are gone out of apk's database, with their owners, modes and checksums. */
export const trimApkLists = (
  contents: Map<Entry, LayerBytes>,
  root: Node,
  removal: Removal,
  open: OpenFile,
): Promise<void> => {
  const survives = survivalTest(root, removal);
  return editText(contents, open, apkDatabase(root), (text) => withoutGone(text, survives));
};

/**
 * `F:` names a folder and `R:` a file in the last one. What stands behind them is about them: `M:` is owner and mode of
 * the folder, `a:` those of the file, `Z:` its checksum.
 * @see https://wiki.alpinelinux.org/wiki/Apk_spec
 */
const withoutGone = (text: string, survives: (path: string) => boolean): string => {
  let folder = '';
  let isThere = true;
  return text
    .split('\n')
    .filter((line) => {
      const [key, value] = [line.slice(0, 2), line.slice(2)];
      if (key === 'F:') {
        folder = value;
        isThere = survives(folder);
      } else if (key === 'R:') isThere = survives(`${folder}/${value}`);
      else if (!ABOUT_A_PATH.has(key)) return true;
      return isThere;
    })
    .join('\n');
};

const ABOUT_A_PATH: ReadonlySet<string> = new Set(['M:', 'a:', 'Z:']);
