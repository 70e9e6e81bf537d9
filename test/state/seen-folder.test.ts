import { readdir, readFile, stat, truncate, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { openSeenFolder } from '../../src/state/seen-folder.ts';
import type { Seen } from '../../src/state/seen.ts';
import { stateFolder } from '../../src/state/state-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

const REPOSITORY = 'docker://registry.example:5000/shop/app';
const APP = `${REPOSITORY}:1.0`;
const [A, B] = [digestOf(Buffer.from('a')), digestOf(Buffer.from('b'))];

const fail = (message: string): never => {
  throw new Error(message);
};

/** What one run sees, at one time. */
const run = async <T>(folder: string, action: (seen: Seen) => Promise<T>): Promise<T> => {
  const seen = openSeenFolder(folder, { warn: fail });
  const result = await action(seen);
  await seen.close();
  return result;
};

test('runs beside each other add up, and the later look counts', async () => {
  const folder = tempFolder();
  await run(folder, ({ look }) => look(APP, A, 100));
  const first = openSeenFolder(folder, { warn: fail });
  const second = openSeenFolder(folder, { warn: fail });
  await first.look(`${REPOSITORY}:2.0`, A, 200);
  await first.look(APP, A, 250);
  await second.look(`${REPOSITORY}:3.0`, A, 200);
  await second.look(APP, A, 220);
  await first.close();
  await second.close();
  await run(folder, async ({ look }) => {
    expect(await look(`${REPOSITORY}:2.0`, B, 300)).toBe(200);
    expect(await look(`${REPOSITORY}:3.0`, B, 300)).toBe(200);
    expect(await look(APP, B, 300)).toBe(250);
  });
});

test('names without a tag are not remembered', async () => {
  const folder = tempFolder();
  await run(folder, async ({ look }) => {
    for (const name of [REPOSITORY, `${REPOSITORY}@${A}`, `${APP}@${A}`, '', `${REPOSITORY}:a b`])
      expect(await look(name, A, 1)).toBeUndefined();
  });
  expect(await readdir(folder)).toEqual([]);
});

const damages: readonly [string, (path: string, text: string) => Promise<void>][] = [
  ['it is cut off', (path) => truncate(path, 60)],
  ['it is empty', (path) => truncate(path, 0)],
  ['it is something else', (path) => writeFile(path, '[]')],
  ['it is null', (path) => writeFile(path, 'null')],
  [
    'it is another version',
    (path, text) => writeFile(path, text.replace('"version":1', '"version":2')),
  ],
  ['a time is text', (path, text) => writeFile(path, text.replace(/,100,/, ',"100",'))],
  ['a digest is none', (path, text) => writeFile(path, text.replaceAll('sha256:', 'sha1:'))],
  ['it is of another repository', (path, text) => writeFile(path, text.replace('/app', '/other'))],
];
test.each(damages)(
  'where %s it is not used, with a warning, and written anew',
  async (_, damage) => {
    const folder = tempFolder();
    await run(folder, ({ look }) => look(APP, A, 100));
    const [name = ''] = await readdir(folder);
    const path = join(folder, name);
    await damage(path, await readFile(path, 'utf8'));
    const warnings: string[] = [];
    const seen = openSeenFolder(folder, { warn: (message) => warnings.push(message) });
    expect(await seen.look(APP, B, 200)).toBeUndefined();
    expect(await seen.look(APP, B, 200)).toBeUndefined();
    await seen.close();
    expect(warnings).toEqual([expect.stringContaining(`when images of ${REPOSITORY} appeared`)]);
    expect(await run(folder, ({ look }) => look(APP, A, 300))).toBe(200);
  },
);

test('only its user can read it, nothing else stays, and it is bounded', async () => {
  const folder = join(tempFolder(), 'reslim', 'seen');
  await run(folder, ({ list }) =>
    list(
      REPOSITORY,
      Array.from({ length: 60_000 }, (_, at) => `t${at}`),
      1,
    ),
  );
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)]);
  const path = join(folder, names[0] as string);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { tags } = JSON.parse(await readFile(path, 'utf8')) as { tags: unknown[] };
  expect(tags.length).toBe(50_000);
});

test('a folder that is none is a warning, not a failure', async () => {
  const folder = join(tempFolder(), 'seen');
  await writeFile(folder, '');
  await chmod(folder, 0o400);
  const warnings: string[] = [];
  const seen = openSeenFolder(folder, { warn: (message) => warnings.push(message) });
  await seen.look(APP, A, 1);
  await seen.close();
  expect(warnings).toEqual([expect.stringContaining('when images appeared is not kept')]);
});

test('the folder is where the specification of base directories wants it', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/var/lib/state' })).toBe('/var/lib/state/reslim');
  expect(stateFolder({ XDG_STATE_HOME: 'relative' })).toMatch(/\/\.local\/state\/reslim$/);
});
