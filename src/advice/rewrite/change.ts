import type { Instruction } from '../dockerfile/instruction.ts';

/**
 * One change of an instruction. Changes are made together when the text is written, so that several pieces of
 * advice about one `RUN` become one text.
 *
 * - `splice`: other text for a part of it; positions are those in its text
 * - `prepend`, `append`: a command that its script runs first or last
 * - `flag`: an option of the instruction
 * - `merge`: one `RUN` for several that follow each other
 * - `replace`: another text, or none, for all of it
 */
export type Change =
  | {
      readonly kind: 'splice';
      readonly instruction: Instruction;
      readonly at: number;
      readonly end: number;
      readonly text: string;
    }
  | {
      readonly kind: 'prepend' | 'append';
      readonly instruction: Instruction;
      readonly command: string;
    }
  | { readonly kind: 'flag'; readonly instruction: Instruction; readonly flag: string }
  | { readonly kind: 'merge'; readonly instructions: readonly Instruction[] }
  | { readonly kind: 'replace'; readonly instruction: Instruction; readonly text: string };

export const insertAfter = (
  instruction: Instruction,
  { end }: { readonly end: number },
  text: string,
): Change => ({ kind: 'splice', instruction, at: end, end, text });

export const instructionsOf = (change: Change): readonly Instruction[] =>
  change.kind === 'merge' ? change.instructions : [change.instruction];
