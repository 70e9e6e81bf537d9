import { expect, test } from 'vitest';
import { formatLog } from '../../src/report/format-log.ts';

const time = new Date('2026-01-05T12:00:00Z');

test('a line of a log is logfmt, and text that is not plain is quoted', () => {
  const fields = { address: ':9827', reason: 'a "b"\nlevel=error \u001b[2J' };
  expect(formatLog({ level: 'info', message: 'listening', fields }, 'logfmt', time)).toBe(
    'ts=2026-01-05T12:00:00.000Z level=info msg=listening address=:9827 reason="a \\"b\\"\\nlevel=error \\u001b[2J"',
  );
});

test('or JSON', () => {
  const line = formatLog({ level: 'warn', message: 'a b', fields: { size: 3 } }, 'json', time);
  expect(JSON.parse(line)).toEqual({
    ts: '2026-01-05T12:00:00.000Z',
    level: 'warn',
    msg: 'a b',
    size: 3,
  });
});
