import { expect, test } from 'vitest';
import { formatLogfmt } from '../../src/report/format-log.ts';

test('a line of a log is logfmt, and text that is not plain is quoted', () => {
  const members = {
    ts: 1,
    level: 'info',
    address: ':9827',
    reason: 'a "b"\nlevel=error \u001b[2J',
  };
  expect(formatLogfmt(members)).toBe(
    'ts=1 level=info address=:9827 reason="a \\"b\\"\\nlevel=error \\u001b[2J"',
  );
});
