import { isUse, TOOLS } from '../tool-use.ts';
import { programsNamed } from './name-files.ts';
import { homeOf } from './roots.ts';
import type { Trace } from './state.ts';

/**
 * Notes the programs that tools start which the image uses: an installer compilers and version control, for
 * packages that come as sources; a front end its toolchain.
 */
export const callTools = (trace: Trace): void => {
  const { record, config } = trace;
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  for (const tool of TOOLS) {
    if (!tool.calls) continue;
    const place =
      record.commands.find(({ words }) => isUse(tool, words))?.place ?? record.signs.get(tool.name);
    if (!place) continue;
    for (const program of tool.calls) {
      record.mention(program, place);
      for (const { name, programs } of TOOLS)
        if (Object.hasOwn(programs, program) && !programs[program]) record.sign(name, place);
      for (const found of programsNamed(trace, program, where)) record.need('starts', found, place);
    }
  }
};
