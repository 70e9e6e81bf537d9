import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { loadedFiles } from './support/loaded-files.ts';
import { writeSample } from './support/sample-layout.ts';
import { tempFolder } from '../support/temp-folder.ts';

/*
 * What a run loads is most of the time it takes to start, and files can be counted where time cannot be
 * measured: on a machine that does other things.
 */

let folder: string;
beforeEach(() => {
  folder = tempFolder();
});

const SHELL = ['chunks/shared.js', 'chunks/shell.js', 'cli/main.js'];
const RUN = [...SHELL, 'chunks/codecs.js', 'chunks/run.js', 'chunks/slim-action.js'].sort();
const PACKAGES = ['balanced-match', 'brace-expansion', 'commander', 'jsonc-parser', 'picomatch'];

test.each(['--help', '--version'])('%s loads nothing but the command line', async (option) => {
  expect(await loadedFiles([option])).toEqual({ status: 0, own: SHELL, packages: ['commander'] });
});

test('a run between layouts loads no packages for other places, profiles or settings', async () => {
  await writeSample(folder);
  const args = ['oci:app:1.0', '-o', 'oci:slim:1.0', '-q'];
  expect(await loadedFiles(args, { cwd: folder })).toEqual({
    status: 0,
    own: [...RUN, 'chunks/new-image.js'].sort(),
    // Scripts that the image starts are parsed.
    packages: [...PACKAGES, 'unbash'],
  });
});

test('a run that finds its result in the cache loads no code that writes images', async () => {
  await writeSample(folder);
  const args = ['oci:app:1.0', '-o', 'oci:slim:1.0', '--compression', 'gzip', '-q'];
  const env = { RESLIM_NO_CACHE: '', XDG_CACHE_HOME: join(folder, 'cache') };
  expect((await loadedFiles(args, { cwd: folder, env })).own).toContain('chunks/new-image.js');
  expect(await loadedFiles([...args, '--force'], { cwd: folder, env })).toEqual({
    status: 0,
    own: RUN,
    packages: PACKAGES,
  });
  expect(await loadedFiles(args, { cwd: folder, env })).toEqual({
    status: 0,
    own: RUN,
    packages: PACKAGES,
  });
});

test('a worker thread loads codecs only', () => {
  const thread = new URL('../../dist/codec/threads/thread.js', import.meta.url);
  const chunks = [...readFileSync(thread, 'utf8').matchAll(/from "([^"]*\/chunks\/[^"]+)"/g)];
  expect(chunks.map(([, name]) => name)).toEqual(['../../chunks/codecs.js']);
});
