import { expect, test } from 'vitest';
import { newEvaluator } from '../../src/graph/sources/evaluate.ts';
import { languageOf, type Language } from '../../src/graph/sources/language.ts';
import { ownSites } from '../../src/reach/own-sites.ts';

const script = languageOf('bundle.js') as Language;

/** Seconds that the processor works for this. */
const secondsOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

test('a word of a megabyte, as bundles hold data, is looked at once and not from each letter', () => {
  const source = `const data = ${'ab'.repeat(500_000)};`;
  expect(secondsOf(() => ownSites(script, source))).toBeLessThan(5);
});

test('names of a bundle that are made of thousands of others are given up on', () => {
  const lines = Array.from(
    { length: 8000 },
    (_, at) => `var n${at}=n${at + 1}||n${at + 2},other=f(n${at},n${at + 1});`,
  );
  const source = `${lines.join('')}spawn(n0)`;
  const evaluator = newEvaluator(source, script, () => undefined);
  expect(secondsOf(() => evaluator.at(source.length - 3))).toBeLessThan(10);
});
