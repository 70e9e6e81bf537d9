import { expect, test } from 'vitest';
import { openLog } from '../../../src/cli/display/log.ts';

const linesOf = async (
  flags: Parameters<typeof openLog>[0],
  fields: Readonly<Record<string, string | number>>,
): Promise<readonly string[]> => {
  const lines: string[] = [];
  const log = await openLog(flags, { write: (text) => lines.push(text) });
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    log({ level, message: 'image done', fields });
  return lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME'));
};

test('a line is logfmt, with the time, the level and the message first', async () => {
  expect(await linesOf({}, { entry: 'a b', bytes: 12 })).toEqual([
    'ts=TIME level=info msg="image done" entry="a b" bytes=12\n',
    'ts=TIME level=warn msg="image done" entry="a b" bytes=12\n',
    'ts=TIME level=error msg="image done" entry="a b" bytes=12\n',
  ]);
});

test('or JSON with the same members', async () => {
  const [line = ''] = await linesOf({ logFormat: 'json', logLevel: 'error' }, { bytes: 12 });
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({ ts: 'TIME', level: 'error', msg: 'image done', bytes: 12 });
});

test('the level is the least that is logged', async () => {
  const counts = (['debug', 'info', 'warn', 'error'] as const).map(
    async (logLevel) => (await linesOf({ logLevel }, {})).length,
  );
  expect(await Promise.all(counts)).toEqual([4, 3, 2, 1]);
});

test.each(['logfmt', 'json'] as const)('%s: secrets are not written', async (logFormat) => {
  const text = (
    await linesOf(
      { logFormat },
      {
        authorization: 'Basic open-sesame',
        password: 'open-sesame',
        secret: 'open-sesame',
        token: 'open-sesame',
        reason:
          'no answer: https://user:open-sesame@registry.example/v2/, not https://registry.example/a@sha256',
      },
    )
  ).join('');
  expect(text).not.toContain('sesame');
  expect(text).toContain('https://***@registry.example/v2/');
  expect(text).toContain('https://registry.example/a@sha256');
});

test.each(['logfmt', 'json'] as const)(
  '%s: names cannot move the cursor or make lines',
  async (logFormat) => {
    const [line = ''] = await linesOf(
      { logFormat },
      { source: 'a\nlevel=error \u001b[2J\u009b1A\u202e##[error]' },
    );
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]|##\[/);
    expect(line.indexOf('\n')).toBe(line.length - 1);
  },
);
