import type { Script } from 'unbash';
import { lineCounter, type Place } from '../place.ts';
import { parseShell } from './parse-shell.ts';

/** Shell text that was read, with where its parts stand. */
export interface Program {
  readonly tree: Script;
  readonly text: string;
  readonly placeOf: (position: number) => Place;
}

/** A script that is a file; `undefined` where it cannot be parsed. */
export const fileProgram = (text: string, file: Place['file']): Program | undefined => {
  const tree = parseShell(text);
  if (!tree) return undefined;
  const lineOf = lineCounter(text);
  return { tree, text, placeOf: (position) => ({ file, line: lineOf(position) }) };
};

/** A command line that stands in something else: all of it is at that place. */
export const inlineProgram = (text: string, place: Place): Program | undefined => {
  const tree = parseShell(text);
  return tree && { tree, text, placeOf: () => place };
};
