import { UNKNOWN } from '../word.ts';

/** What an expression may be when a program runs, as far as its source says. */
export interface Value {
  /**
   * Texts it may be; of a list those that its first element may be, which is the program in a command line. Parts that nobody
   * knows are `UNKNOWN`.
   */
  readonly texts: ReadonlySet<string>;
  /** What any element may be, of lists and tables. */
  readonly elements?: Value | undefined;
  /** Of lists each element in turn, where all of them are written. */
  readonly items?: readonly Value[] | undefined;
}

export const textValue = (...texts: readonly string[]): Value => ({ texts: new Set(texts) });

export const NOBODY_KNOWS: Value = textValue(UNKNOWN);

/** Nothing, as part of something else. */
export const NOTHING: Value = { texts: new Set() };

export const listValue = (elements: readonly Value[]): Value => ({
  texts: elements[0]?.texts ?? new Set(),
  elements: eitherOf(elements),
  // What is a list itself may have been put in element by element.
  ...(elements.every((each) => !each.elements) && { items: elements }),
});

export const tableValue = (elements: readonly Value[]): Value => ({
  texts: new Set([UNKNOWN]),
  elements: eitherOf(elements),
});

/** What something taken out of a list or a table may be. */
export const elementOf = (value: Value): Value => value.elements ?? value;

/** One of several. */
export const eitherOf = (values: readonly Value[]): Value => {
  const [only] = values;
  if (only && values.length === 1) return only;
  const elements = values.flatMap((value) => value.elements ?? []);
  return {
    texts: limited(values.flatMap(({ texts }) => [...texts])),
    ...(elements.length > 0 && { elements: eitherOf(elements) }),
  };
};

/** A text that is put together, or a list that is made longer. */
export const joined = (values: readonly Value[]): Value => {
  const [first = NOTHING, ...others] = values;
  if (others.length === 0) return first;
  if (first.elements)
    return {
      texts: first.texts,
      elements: eitherOf(values.map(elementOf)),
      items: values.flatMap(({ items }) => items ?? [NOBODY_KNOWS]),
    };
  return {
    texts: others.reduce<ReadonlySet<string>>(
      (before, { texts }) =>
        limited([...before].flatMap((one) => [...texts].map((other) => `${one}${other}`))),
      first.texts,
    ),
  };
};

/** More than that, nobody has in mind. */
const MAX_TEXTS = 200;

const limited = (texts: readonly string[]): ReadonlySet<string> => {
  const all = new Set(texts);
  return all.size > MAX_TEXTS ? new Set([UNKNOWN, ...[...all].slice(0, MAX_TEXTS)]) : all;
};
