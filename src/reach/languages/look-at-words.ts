import type { Place } from '../../graph/place.ts';
import { keepAll, useModule, useRequests, useWord, type Shelf } from './shelf.ts';

/** Looks at words of command lines and variables, each once. What loads code by a name that nobody knows may load any. */
export const lookAtWords = (shelf: Shelf): void => {
  const { trace, state } = shelf;
  const { record, environment } = trace;
  for (const { kind, place, word, isCovered } of record.open)
    if (kind === 'loads' && !isCovered && word.includes('…')) keepAll(shelf, place);
  if (state.hasAll || record.words.size === state.words) return;
  state.words = record.words.size;
  for (const [word, place] of record.words) {
    useText(shelf, word, place);
  }
  for (const [variable, values] of environment)
    for (const value of values.flat())
      useText(shelf, value, { file: undefined, member: `variable ${variable}` });
};

const useText = (shelf: Shelf, text: string, place: Place): void => {
  const { loadingOption, separator } = shelf.language;
  useRequests(shelf, text);
  for (const name of namesIn(shelf, text)) useWord(shelf, name, undefined, place);
  if (loadingOption)
    for (const [, name = ''] of text.matchAll(loadingOption))
      useModule(shelf, { parts: name.split(separator) }, undefined, place);
};

const namesIn = ({ language }: Shelf, text: string): string[] =>
  language.wordsIn(text).filter((each) => /^\w/.test(each));
