import { showPath, toBytes, toText } from '../base/byte-path.ts';
import { isIgnoredCaller } from '../ecosystems/ignored-callers.ts';
import { isProgram } from '../graph/find-files.ts';
import { readInterpreter } from '../graph/interpreter-line.ts';
import { searchPath } from '../graph/search-path.ts';
import type { ImageView } from '../image/image-view.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import type { Check } from './check.ts';
import { faultOfTarget } from './same-target.ts';

/** Scripts that can be started find the programs of their first line: an interpreter, and what `env` is asked for. */
export const checkInterpreters: Check = async (pair, { look, differ }) => {
  const [findBefore, findAfter] = [openSearch(pair.original), openSearch(pair.slim)];
  for (const { before } of pair.kept) {
    const file = before && isProgram(before) ? pair.original.open(before) : undefined;
    // Scripts of packages that run when these are installed find no package manager either.
    if (!before || !file || isIgnoredCaller(`/${pathOf(before)}`)) continue;
    for (const name of await readInterpreters(file)) {
      const program = findBefore(name);
      if (!program) continue;
      look();
      const fault = await faultOfTarget(program, findAfter(name), pair);
      if (fault)
        differ(
          showPath(pathOf(before)),
          `is run by ${toText(name)}: ${showPath(pathOf(program))} ${fault}`,
        );
    }
  }
};

/** `/usr/bin/env` and `perl` of `#!/usr/bin/env -S perl -w`. */
const readInterpreters = async (file: FileAt): Promise<string[]> => {
  const [path, ...words] = await readInterpreter(file);
  if (path === undefined) return [];
  const isEnv = path.endsWith('/env');
  const program = words.find((word) => !word.startsWith('-') && !word.includes('='));
  return [path, ...(isEnv && program !== undefined ? [program] : [])];
};

/** Finds a program by its path, or by its name as a shell does. */
const openSearch = ({ tree, image }: ImageView): ((name: string) => Node | undefined) => {
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
