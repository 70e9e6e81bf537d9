import type { Call } from '../command.ts';
import { writeLines } from '../display/output.ts';

/** `reslim help`: the same as `--help` behind the command. */
export const printHelp = async ({
  operands: { command },
  program,
}: Call<{ readonly command: readonly string[] }>): Promise<void> =>
  writeLines(process.stdout, [program.help(command)]);
