import type { Elf } from '../elf/elf.ts';
import type { FileAt } from '../tree/open-file.ts';

/** A file that a tool is to change, in a private folder. */
export interface StepInput {
  /** The original, which the tool must not change. */
  readonly path: string;
  readonly file: FileAt;
  readonly elf: Elf;
  /** One of its names in the image, which tools never see. */
  readonly name: string;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** The path of the verified result, or the reason why there is none. */
export type StepResult = { readonly path: string } | { readonly failed: string };

/** One tool with its arguments. */
export interface Step {
  readonly by: 'strip' | 'upx';
  /** In bytes. Smaller files are not given to the tool. */
  readonly minSize: number;
  /** Everything besides the file that the result depends on. */
  readonly key: (input: Pick<StepInput, 'elf' | 'name'>) => string;
  readonly run: (input: StepInput) => Promise<StepResult>;
}
