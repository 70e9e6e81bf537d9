import { newEvaluator, type Evaluator } from '../graph/sources/evaluate.ts';
import type { Language } from '../graph/sources/language.ts';
import type { Variables } from '../graph/sources/call-value.ts';
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
}

/** Finds such uses in a source. `variables` tells those of the environment. */
export const computedUses = (
  language: Language,
  text: string,
  variables: Variables,
): ComputedUse[] => {
  const evaluator = newEvaluator(text, language, variables);
  return SITES.filter(
    (site) => site.language === language.name && (!site.needs || site.needs.test(text)),
  ).flatMap((site) =>
    [...text.matchAll(site.pattern)]
      .slice(0, MAX_USES)
      .flatMap((match) =>
        isInComment(text, match.index) ? [] : [useAt(evaluator, site, text, match)],
      ),
  );
};

const MAX_USES = 100;

const useAt = (
  evaluator: Evaluator,
  { kind, isCovered, isLine, skip }: Site,
  text: string,
  { index, 0: before, groups }: RegExpExecArray,
): ComputedUse => {
  const end = index + before.length;
  const line = groups?.['line'];
  const value = line === undefined ? evaluator.at(end, skip) : evaluator.text(line);
  const rest = /^[^,)\n]{0,60}/.exec(text.slice(end))?.[0] ?? '';
  return {
    kind,
    at: index,
    word: oneLine(line === undefined ? before + rest : before),
    isCovered,
    texts: [...value.texts],
    isLine: isLine || line !== undefined,
  };
};

const isInComment = (text: string, at: number): boolean =>
  /^\s*(\/\/|#|\*)/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));

const oneLine = (word: string): string => word.trim().replaceAll(/\s+/g, ' ');
