import { expect, test } from 'vitest';
import { createPalette, wantsColour } from '../../src/report/palette.ts';

const terminal = { isTTY: true };
const pipe = { isTTY: false };

test.each([
  [terminal, {}, true],
  [pipe, {}, false],
  [{}, {}, false],
  [terminal, { NO_COLOR: '1' }, false],
  [terminal, { NO_COLOR: '' }, true],
  [terminal, { TERM: 'dumb' }, false],
  [pipe, { FORCE_COLOR: '1' }, true],
  [pipe, { FORCE_COLOR: '' }, true],
  [terminal, { FORCE_COLOR: '0' }, false],
  [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('with the environment %j and the terminal %j, colours are %s', (stream, env, colour) => {
  expect(wantsColour(stream, env)).toBe(colour);
});

test('colours that were asked for are used whatever stdout is', () => {
  expect(createPalette(true).good('x')).toBe('\x1b[32mx\x1b[39m');
  expect(createPalette(false).good('x')).toBe('x');
});
