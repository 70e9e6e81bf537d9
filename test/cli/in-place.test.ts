import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';
import { writeSample } from './support/sample-layout.ts';

let cwd: string;
beforeEach(async () => {
  cwd = tempFolder();
  await writeSample(cwd);
});

const reslim = (...args: string[]): Promise<Outcome> => tryReslim(args, { cwd });

const blobs = (): Promise<string[]> => readdir(join(cwd, 'app/blobs/sha256'));

test('an image is replaced only with --in-place, and then its blobs are gone', async () => {
  const before = await blobs();
  expect(await reslim('app:1.0', '-o', 'app:1.0')).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'error: the new image would replace its source: oci:app:1.0\nhint: give it another name, e.g. app:1.0-slim, or say --in-place\n',
  });
  expect(await blobs()).toEqual(before);

  const { status, stdout } = await reslim('app:1.0', '-o', 'app:1.0', '--in-place');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Saved /m);
  const after = await blobs();
  // A manifest, a config and one layer, none of which the source had.
  expect(after).toHaveLength(3);
  expect(after.filter((digest) => before.includes(digest))).toEqual([]);
  expect((await reslim('validate', 'app:1.0')).status).toBe(0);
});

test('what was slimmed anew leaves no blobs behind, and its source all of them', async () => {
  await reslim('app:1.0', '-o', 'app:slim');
  const first = await blobs();
  await reslim('app:1.0', '-o', 'app:slim', '--drop', '/app/new');
  const second = await blobs();
  expect(second).toHaveLength(first.length);
  expect(second).not.toEqual(first);
  expect((await reslim('validate', 'app:1.0')).status).toBe(0);
  expect((await reslim('validate', 'app:slim')).status).toBe(0);
});

test('an archive is replaced by the whole new one', async () => {
  await reslim('app:1.0', '-o', 'app.tar', '--profile', 'none', '--squash', 'none');
  const { size } = await stat(join(cwd, 'app.tar'));
  expect((await reslim('app.tar', '-o', './app.tar')).status).toBe(2);
  expect((await reslim('app.tar', '-o', './app.tar', '--in-place')).status).toBe(0);
  expect((await readFile(join(cwd, 'app.tar'))).length).toBeLessThan(size);
  const named = await reslim('app.tar:1.0', '-o', 'app.tar:1.0', '--in-place');
  expect(named.stderr).toMatch(/^error: an archive is not written in place where/);
});
