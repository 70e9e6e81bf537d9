import { expect, test } from 'vitest';
import { tryReslim } from '../support/try-reslim.ts';

/** Files of the source are asked for, and no answer ever comes. */
const NEVER = `
  import fs from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  for (const name of ['open', 'readFile', 'stat', 'lstat', 'readdir']) {
    const real = fs[name];
    fs[name] = (path, ...rest) => /nowhere/.test(path) ? new Promise(() => {}) : real(path, ...rest);
  }
  syncBuiltinESMExports();
`;

test('a run with nothing left to do before its end is an error, never a success', async () => {
  const env = {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(NEVER)}`,
    RESLIM_NO_CACHE: '1',
  };
  const { status, stdout, stderr } = await tryReslim(['inspect', 'oci:nowhere:1'], { env });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: reslim itself failed: Error: it stopped before its end\nhint: /);
});
