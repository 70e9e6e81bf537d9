import { newEvaluator, type Evaluator } from '../graph/sources/evaluate.ts';
import type { Language } from '../graph/sources/language.ts';
import type { Variables } from '../graph/sources/call-value.ts';
import { NOBODY_KNOWS, NOTHING, elementOf, textValue, type Value } from '../graph/sources/value.ts';
import { UNKNOWN } from '../graph/word.ts';
import { handedOn } from './handed-on.ts';
import { ownSites } from './own-sites.ts';
import { SITES, type Site } from './use-sites.ts';

/** A place in a source where it starts a program, opens a library or loads code. `at` is a position in the text. */
export interface ComputedUse {
  readonly kind: 'starts' | 'loads';
  readonly at: number;
  /** What is written there. */
  readonly word: string;
  /** It loads code of its own language, all of which stays. */
  readonly isCovered: boolean;
  /** What it may turn out to be, with `UNKNOWN` for parts that the source does not say. */
  readonly texts: readonly string[];
  /** A text is a command line for a shell. */
  readonly isLine: boolean;
  /** A text is code. */
  readonly isCode: boolean;
  /** Where it starts a program: what may stand at each place behind its name, as far as that is written. */
  readonly args: readonly (readonly string[])[] | undefined;
}

/** Finds such uses in a source. `variables` tells those of the environment. */
export const computedUses = (
  language: Language,
  text: string,
  variables: Variables,
  folder?: string,
  more: readonly Site[] = [],
): ComputedUse[] => {
  const evaluator = newEvaluator(text, language, variables, folder);
  const sites = SITES.filter(
    (site) => site.language === language.name && (!site.needs || site.needs.test(text)),
  );
  const called = [...sites, ...ownSites(language, text), ...more].flatMap((site) =>
    [...text.matchAll(site.pattern)]
      .slice(0, MAX_USES)
      .flatMap((match) =>
        isInComment(text, match.index) ? [] : useAt(evaluator, site, text, match),
      ),
  );
  return [
    ...called,
    ...handedOn(language, text)
      .slice(0, MAX_USES)
      .map((at) => anyProgram(text, at)),
  ];
};

/** A function that starts programs is handed on: what it is called with, nobody knows. */
const anyProgram = (text: string, at: number): ComputedUse => ({
  ...{ kind: 'starts', at, texts: [UNKNOWN], args: undefined },
  word: oneLine(/^[^\n]{0,60}/.exec(text.slice(at))?.[0] ?? ''),
  ...{ isCovered: false, isLine: false, isCode: false },
});

const MAX_USES = 100;

const useAt = (
  evaluator: Evaluator,
  site: Site,
  text: string,
  { index, 0: before, groups }: RegExpExecArray,
): readonly ComputedUse[] => {
  const { kind, isCovered, isCode, isAny, isPipe, skip } = site;
  const end = index + before.length;
  const line = groups?.['line'];
  const isLine = site.isLine || isPipe || line !== undefined;
  const valueThere = (): Value => {
    if (isAny) return NOBODY_KNOWS;
    if (site.says !== undefined) return textValue(site.says);
    if (line !== undefined) return evaluator.text(line);
    if (site.isCaller) return toldBy(evaluator.all(end)[skip]);
    return isCode ? elementOf(evaluator.at(end)) : evaluator.at(end, skip);
  };
  const rest = /^[^,)\n]{0,60}/.exec(text.slice(end))?.[0] ?? '';
  const texts = isPipe ? pipesAt(evaluator, end) : [...valueThere().texts];
  if ((isPipe || site.isCaller) && texts.length === 0) return [];
  return [
    {
      kind,
      at: index,
      word: oneLine(line === undefined ? before + rest : before),
      isCovered,
      texts,
      isLine,
      isCode,
      args: kind === 'starts' && !isLine && !isAny ? argumentsAt(evaluator, site, end) : undefined,
    },
  ];
};

/** What an argument says that may be a table of options. */
const toldBy = (argument: Value | undefined): Value => {
  if (!argument) return NOTHING;
  return argument.elements && argument.texts.has(UNKNOWN) ? argument.elements : argument;
};

/** Command lines that the only argument may be: `| sort`, `date |`. More arguments say that there is none. */
const pipesAt = (evaluator: Evaluator, position: number): readonly string[] => {
  const [first, ...others] = evaluator.all(position);
  if (!first || others.length > 0) return [];
  if (first.texts.size === 0) return [UNKNOWN];
  return [...first.texts].flatMap((text) => {
    const line = text.trim();
    if (line === UNKNOWN) return [UNKNOWN];
    return /^\|[^-]|\|$/.test(line) ? [line.replaceAll(/^\||\|$/g, '').trim()] : [];
  });
};

/** Words behind the name of a program: of one list, or one after the other, or in a list behind it. */
const argumentsAt = (
  evaluator: Evaluator,
  { skip, argv }: Site,
  position: number,
): ComputedUse['args'] => {
  const [first, ...others] = evaluator.all(position).slice(skip);
  if (!first) return undefined;
  if (first.elements) return first.items?.slice(1).map(({ texts }) => [...texts]);
  const words = others
    .filter(({ elements, items }) => !elements || items)
    .flatMap((each) => each.items ?? [each])
    .map(({ texts }) => [...texts]);
  if (others.some(({ elements, items, texts }) => elements && !items && !texts.has(UNKNOWN)))
    return undefined;
  return argv ? words.slice(1) : words;
};

const isInComment = (text: string, at: number): boolean =>
  /^\s*(\/\/|#|\*)/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));

const oneLine = (word: string): string => word.trim().replaceAll(/\s+/g, ' ');
