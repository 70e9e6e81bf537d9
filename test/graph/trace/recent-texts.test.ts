import { expect, test } from 'vitest';
import { recentTexts } from '../../../src/graph/trace/recent-texts.ts';
import type { Node } from '../../../src/tree/node.ts';

const nodeNamed = (name: string): Node => ({
  name,
  parent: undefined,
  layer: 0,
  entry: undefined,
  via: undefined,
  older: undefined,
  children: undefined,
});

const [a, b, c] = ['a', 'b', 'c'].map(nodeNamed) as [Node, Node, Node];

test('keeps texts until there are too many bytes, the last ones longest', () => {
  const texts = recentTexts(10);
  texts.add(a, '1234');
  texts.add(b, '12345');
  expect(texts.get(a)).toBe('1234');
  texts.add(c, '123456');

  expect([a, b, c].map(texts.get)).toEqual([undefined, undefined, '123456']);
});

test('keeps none that is too large by itself, and forgets nothing for it', () => {
  const texts = recentTexts(10);
  texts.add(a, '1234');
  texts.add(b, '12345678901');

  expect([a, b].map(texts.get)).toEqual(['1234', undefined]);
});
