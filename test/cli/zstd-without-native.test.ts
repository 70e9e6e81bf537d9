import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';
import { writeSample } from './support/sample-layout.ts';

const cwd = tempFolder();
beforeAll(() => writeSample(cwd));

/** Loaded before reslim, in its threads as well: `zstd-napi` is not there, as where it could not be built. */
const HOOK = `
import Module from 'node:module';
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (name.startsWith('zstd-napi')) throw new Error('Cannot find module ' + name);
  return resolve.call(this, name, ...rest);
};`;
const WITHOUT = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HOOK)}` };

const reslim = (args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> =>
  tryReslim(args, { cwd, env });

const digestOf = async (args: readonly string[], env?: Record<string, string>): Promise<string> => {
  const { stdout, stderr } = await reslim([...args, '--json', '--force'], env);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { target: { digest: string } }).target.digest;
};

test('without the native library zstd is written with the same bytes, and read', async () => {
  const args = ['app:1.0', '-o', 'app:zstd', '--compression', 'zstd'];
  expect(await digestOf(args, WITHOUT)).toBe(await digestOf(args));
  expect((await reslim(['validate', 'app:zstd'], WITHOUT)).status).toBe(0);
  const again = ['app:zstd', '-o', 'app:again', '--drop', '/app/new'];
  expect(await digestOf(again, WITHOUT)).toBe(await digestOf(again));
});

const NOTE = 'note: layers in zstd are compressed with gzip: not every docker load reads zstd';

test('zstd layers are gzip in a docker-archive, and a note says so', async () => {
  await reslim(['app:1.0', '-o', 'app:zstd', '--compression', 'zstd']);
  for (const [file, args] of [
    ['slim.tar', ['app:zstd', '-o', 'docker-archive:slim.tar:app:1']],
    ['asked.tar', ['app:1.0', '-o', 'docker-archive:asked.tar:app:1', '--compression', 'zstd']],
    ['copied.tar', ['copy', 'app:zstd', 'docker-archive:copied.tar:app:1']],
  ] as const) {
    const { status, stdout } = await reslim(args);
    expect(status).toBe(0);
    expect(stdout).toContain(NOTE);
    const [layer] = await layersOf(file);
    // The magic number of gzip.
    expect(layer?.subarray(0, 2).toString('hex')).toBe('1f8b');
  }
  const kept = await reslim(['app:zstd', '-o', 'oci-archive:kept.tar']);
  expect(kept.stdout).not.toContain(NOTE);
});

const layersOf = async (file: string): Promise<Buffer[]> => {
  const folder = tempFolder();
  await run('tar', ['-xf', join(cwd, file), '-C', folder]);
  const [{ Layers }] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as [
    { Layers: string[] },
  ];
  return Promise.all(Layers.map((name) => readFile(join(folder, name))));
};
