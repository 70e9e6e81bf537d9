import type { Call } from '../command.ts';
import { completionScript } from '../completion/completion-script.ts';
import type { Shell } from '../completion/shells.ts';
import { writeLines } from '../display/output.ts';

/** `reslim completion`. */
export const printCompletion = async ({
  operands: { shell },
  program,
}: Call<{ readonly shell: Shell }>): Promise<void> =>
  writeLines(process.stdout, [await completionScript(shell, program.root)]);
