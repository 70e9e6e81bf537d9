import { expect, test } from 'vitest';
import { createProgram, NO_ACTIONS } from '../../src/cli/program.ts';
import { tryReslim } from '../support/try-reslim.ts';

test('--help names every option, fits 80 columns, and goes to stdout', async () => {
  const { status, stdout, stderr } = await tryReslim(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { options } = createProgram(NO_ACTIONS);
  for (const { long } of options) expect(stdout).toContain(long);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(stdout).toContain('Examples:');
});

test('--version prints the version of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect(await tryReslim(['--version'])).toEqual({
    status: 0,
    stdout: `${manifest.version}\n`,
    stderr: '',
  });
});
