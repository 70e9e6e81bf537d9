import type { Elf } from '../elf/elf.ts';
import type { FileAt } from '../tree/open-file.ts';

/** One file on its way through a tool, in a folder of its own. */
export interface StepInput {
  /** The file to change; the tool must leave it alone. */
  readonly path: string;
  readonly file: FileAt;
  readonly elf: Elf;
  /** A name among those by which the image knows it; tools never see it. */
  readonly name: string;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** The path of what a tool made, checked; or the reason why there is none. */
export type StepResult = { readonly path: string } | { readonly failed: string };

/** One tool with its arguments. */
export interface Step {
  readonly by: 'strip' | 'upx';
  /** Smaller files are not worth it. */
  readonly minSize: number;
  /** All that decides what comes out, beside the file. */
  readonly key: (input: Pick<StepInput, 'elf' | 'name'>) => string;
  readonly run: (input: StepInput) => Promise<StepResult>;
}
