import type { Action } from '../commands/action.ts';

/** What one line of a file of settings says is started or read. */
export interface Statement {
  /** From 1. */
  readonly line: number;
  readonly action: Action;
}

/** Reads the text of a file of settings; `names` are the targets that are asked for, where a format has such. */
export type ReadSettings = (text: string, names: readonly string[]) => readonly Statement[];

/** Lines with their numbers, as long as somebody may have written them. */
export const linesOf = (text: string): readonly (readonly [line: number, text: string])[] =>
  text
    .split('\n')
    .map((line, at) => [at + 1, line.length > MAX_LINE ? '' : line.replace(/\r$/, '')] as const);

const MAX_LINE = 64 * 1024;
