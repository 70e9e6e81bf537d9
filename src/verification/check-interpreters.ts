import { showPath, toText } from '../base/byte-path.ts';
import { isIgnoredCaller } from '../ecosystems/ignored-callers.ts';
import { isProgram } from '../graph/find-files.ts';
import { pathOf } from '../tree/node.ts';
import type { Check } from './check.ts';
import { openProgramSearch, readInterpreters } from './interpreters.ts';
import { faultOfTarget } from './same-target.ts';

/** Scripts that can be started find the programs of their first line: an interpreter, and what `env` is asked for. */
export const checkInterpreters: Check = async (pair, { look, differ }) => {
  const [findBefore, findAfter] = [openProgramSearch(pair.original), openProgramSearch(pair.slim)];
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
