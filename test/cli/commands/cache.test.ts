import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSample } from '../support/sample-layout.ts';
import { tryReslim, type Outcome } from '../../support/try-reslim.ts';

const root = tempFolder();
const env = { RESLIM_NO_CACHE: '', XDG_CACHE_HOME: join(root, 'cache') };

const reslim = (...args: string[]): Promise<Outcome> => tryReslim(args, { cwd: root, env });

beforeAll(() => writeSample(root));

test('cache clear forgets everything, cache prune what is over a size', async () => {
  const slim = ['app:1.0', '-o', 'app:slim', '--compression', 'gzip', '-q'];
  expect(await reslim(...slim)).toMatchObject({ status: 0, stderr: '' });
  expect((await reslim('cache')).stdout).toMatch(
    /^\/.*\/cache\/reslim\n\n(.*\d+ files?\n)+in all +\d/,
  );

  const all = (await readdir(env.XDG_CACHE_HOME, { recursive: true })).sort();
  expect((await reslim('cache', 'prune', '--max-size', '1GB')).stdout).toMatch(/^0 files removed/);
  expect((await readdir(env.XDG_CACHE_HOME, { recursive: true })).sort()).toEqual(all);

  expect((await reslim('cache', 'clear')).stdout).toMatch(/^[1-9]\d* files? removed, .* free\n$/);
  expect((await reslim('cache')).stdout).toMatch(/in all +0 B\n$/);
});
