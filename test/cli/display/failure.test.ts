import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { asFailure, exitStatus, formatFailure } from '../../../src/cli/display/failure.ts';
import { abortedError, ReslimError } from '../../../src/base/errors.ts';

const caught = (action: Promise<unknown>): Promise<unknown> =>
  action.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test('an error is printed as what and where, then a hint', () => {
  const error = new ReslimError('not-found', 'no tag 2.0, app', { hint: 'tags: 1.0, 1.1' });
  expect(formatFailure(error)).toBe('error: no tag 2.0, app\nhint: tags: 1.0, 1.1\n');
});

test('an error is printed on five lines at most, whatever its text holds', () => {
  const error = new ReslimError('io', 'a\nb\x1b[2J', { hint: '1\n2\n\n3\r\n4\n5' });
  expect(formatFailure(error)).toBe(
    'error: a\\x0ab\\x1b[2J\nhint: 1\nhint: 2\nhint: 3\\x0d\nhint: 4\n',
  );
});

const status = (code: ReslimError['code']): number => exitStatus(new ReslimError(code, ''));

test('each error code has the exit status of docs/cli.md', () => {
  expect(status('usage')).toBe(2);
  expect(status('policy')).toBe(3);
  expect(exitStatus(abortedError())).toBe(130);
  for (const code of ['not-found', 'ambiguous', 'invalid-image', 'limit', 'io'] as const) {
    expect(status(code)).toBe(1);
  }
});

test('a system error is explained with its path', async () => {
  const missing = asFailure(await caught(readFile('/no/such/file')));
  expect(formatFailure(missing)).toBe('error: no such file or folder, /no/such/file\n');
  const full = asFailure(await caught(writeFile('/dev/full', 'x')));
  expect(full.message).toMatch(/^no space left, /);
  expect(full.hint).toContain('TMPDIR');
});

test('an unexpected error is one line and says how to report it', () => {
  const failure = asFailure(new TypeError('x is not a function\n    at y'));
  expect(formatFailure(failure)).toBe(
    'error: reslim itself failed: TypeError: x is not a function\n' +
      'hint: this is a bug: run it again with RESLIM_DEBUG=1 and report what it prints\n',
  );
  expect(exitStatus(failure)).toBe(1);
  expect(asFailure('thrown text').message).toBe("reslim itself failed: 'thrown text'");
  expect(asFailure(undefined).message).toBe('reslim itself failed: undefined');
});
