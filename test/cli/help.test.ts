import { expect, test } from 'vitest';
import { createProgram, NO_ACTIONS } from '../../src/cli/program.ts';
import { tryReslim } from './try-reslim.ts';

test('--help names every option, fits 80 columns, and goes to stdout', async () => {
  const { status, stdout, stderr } = await tryReslim(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { options } = createProgram(NO_ACTIONS);
  for (const { long } of options) expect(stdout).toContain(long);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(stdout).toContain('Examples:');
});

test('--version is the one of package.json', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect(await tryReslim(['--version'])).toEqual({
    status: 0,
    stdout: `${manifest.version}\n`,
    stderr: '',
  });
});

test('--help does not load the pipeline', async () => {
  const spy = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`
      import { writeSync } from 'node:fs';
      export const load = (url, context, next) => {
        if (url.startsWith('file:')) writeSync(2, url + '\\\\n');
        return next(url, context);
      };
    \`));
  `)}`;
  const { stderr } = await tryReslim(['--help'], { env: { NODE_OPTIONS: `--import ${spy}` } });
  const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'));
  expect(loaded.some((url) => url.endsWith('/cli/main.js'))).toBe(true);
  expect(loaded.filter((url) => /zod|yaml|undici|\/slim\.js$|dist\/index\.js$/.test(url))).toEqual(
    [],
  );
});
