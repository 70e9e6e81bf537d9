import { toBytes } from '../base/byte-path.ts';
import { isProgram } from '../graph/find-files.ts';
import { readInterpreter } from '../graph/interpreter-line.ts';
import { searchPath } from '../graph/search-path.ts';
import type { ImageView } from '../image/image-view.ts';
import type { Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';

/** `/usr/bin/env` and `perl` of `#!/usr/bin/env -S perl -w`. */
export const readInterpreters = async (file: FileAt): Promise<string[]> => {
  const [path, ...words] = await readInterpreter(file);
  if (path === undefined) return [];
  const isEnv = path.endsWith('/env');
  const program = words.find((word) => !word.startsWith('-') && !word.includes('='));
  return [path, ...(isEnv && program !== undefined ? [program] : [])];
};

/** Finds a program by its path, or by its name as a shell does. */
export const openProgramSearch = ({
  tree,
  image,
}: ImageView): ((name: string) => Node | undefined) => {
  const { root } = tree();
  const budget = newStepBudget();
  const at = (path: string): Node | undefined => resolvePath(root, path, root, budget).node;
  const folders = searchPath(image.config.value).map(toBytes);
  return (name) => {
    if (name.includes('/')) return at(name);
    const found = folders.map((folder) => at(`${folder}/${name}`));
    return found.find((node) => node && isProgram(node));
  };
};
