import { useRequests, useWord, type Shelf } from './shelf.ts';
import { keepAll } from './shelf.ts';

/** Looks at words of command lines and variables, each once. What loads code by a name that nobody knows may load any. */
export const lookAtWords = (shelf: Shelf): void => {
  const { trace, state } = shelf;
  const { record, environment } = trace;
  for (const { kind, place, word, isCovered } of record.open)
    if (kind === 'loads' && !isCovered && word.includes('…')) keepAll(shelf, place);
  if (state.hasAll || record.words.size === state.words) return;
  state.words = record.words.size;
  for (const [word, place] of record.words) {
    useRequests(shelf, word);
    for (const name of namesIn(shelf, word)) useWord(shelf, name, undefined, place);
  }
  for (const [variable, values] of environment)
    for (const value of values.flat()) {
      useRequests(shelf, value);
      for (const name of namesIn(shelf, value))
        useWord(shelf, name, undefined, { file: undefined, member: `variable ${variable}` });
    }
};

const namesIn = ({ language }: Shelf, text: string): string[] =>
  language.wordsIn(text).filter((each) => /^\w/.test(each));
