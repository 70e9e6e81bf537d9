import { expect, test } from 'vitest';
import { cacheKeyOf } from '../../src/artifact/cache-key.ts';

const bytes = Buffer.from('{"indexes":[]}');
const key = cacheKeyOf('0123456789abcdef0123456789abcdef');

test('a code is right for the same bytes and the same key alone', () => {
  const code = key.sign(bytes);
  expect(code).toMatch(/^[0-9a-f]{64}$/);
  expect(key.verifies(bytes, code)).toBe(true);
  expect(key.verifies(Buffer.from('{"indexes":[1]}'), code)).toBe(false);
  expect(cacheKeyOf('0123456789abcdef0123456789abcdeF').verifies(bytes, code)).toBe(false);
});

test.each(['', 'zz', 'ff', '0'.repeat(64), `${'0'.repeat(64)}00`])('%j is no code', (code) => {
  expect(key.verifies(bytes, code)).toBe(false);
});

test('a key that could be guessed is refused', () => {
  expect(() => cacheKeyOf('correct horse battery staple')).toThrow('has 28 characters');
});
