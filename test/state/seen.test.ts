import { readdir, readFile, stat, truncate, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/oci/digest.ts';
import { openSeen } from '../../src/state/seen.ts';
import { stateFolder } from '../../src/state/state-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

const REPOSITORY = 'docker://registry.example:5000/shop/app';
const APP = `${REPOSITORY}:1.0`;
const [A, B] = [digestOf(Buffer.from('a')), digestOf(Buffer.from('b'))];

const fail = (message: string): never => {
  throw new Error(message);
};

/** What one run sees, at one time. */
const run = <T>(folder: string, action: (seen: ReturnType<typeof openSeen>) => T): T => {
  const seen = openSeen(folder, { warn: fail });
  const result = action(seen);
  seen.close();
  return result;
};

test('a digest is no older than the last look that found another one', () => {
  const folder = tempFolder();
  expect(run(folder, ({ look }) => look(APP, A, 100))).toBeUndefined();
  expect(run(folder, ({ look }) => look(APP, A, 200))).toBeUndefined();
  expect(run(folder, ({ look }) => look(APP, B, 300))).toBe(200);
  expect(run(folder, ({ look }) => look(APP, B, 400))).toBe(200);
  // What comes back is new again.
  expect(run(folder, ({ look }) => look(APP, A, 500))).toBe(400);
});

test('a tag that was not there is known by its absence', () => {
  const folder = tempFolder();
  expect(run(folder, ({ look }) => look(APP, undefined, 100))).toBeUndefined();
  expect(run(folder, ({ look }) => look(APP, A, 200))).toBe(100);
  expect(run(folder, ({ look }) => look(APP, A, 300))).toBe(100);
});

test('a listed tag is no older than the last list without it', () => {
  const folder = tempFolder();
  const listAndLook = (tags: readonly string[], now: number) =>
    run(folder, ({ list, look }) => {
      list(REPOSITORY, tags, now);
      return tags.map((tag) => look(`${REPOSITORY}:${tag}`, A, now));
    });
  expect(listAndLook(['1', '2'], 100)).toEqual([undefined, undefined]);
  expect(listAndLook(['1', '2', '3'], 200)).toEqual([undefined, undefined, 100]);
  expect(listAndLook(['1', '3'], 300)).toEqual([undefined, 100]);
  // One that was gone and is back is as new.
  expect(listAndLook(['1', '2', '3'], 400)).toEqual([undefined, 300, 100]);
  // A tag that was listed and not looked at until now may have had its digest all the time.
  run(folder, ({ list }) => list(REPOSITORY, ['4'], 500));
  expect(run(folder, ({ look }) => look(`${REPOSITORY}:4`, B, 600))).toBe(400);
});

test('runs beside each other add up, and the later look counts', () => {
  const folder = tempFolder();
  run(folder, ({ look }) => look(APP, A, 100));
  const first = openSeen(folder, { warn: fail });
  const second = openSeen(folder, { warn: fail });
  first.look(`${REPOSITORY}:2.0`, A, 200);
  first.look(APP, A, 250);
  second.look(`${REPOSITORY}:3.0`, A, 200);
  second.look(APP, A, 220);
  first.close();
  second.close();
  run(folder, ({ look }) => {
    expect(look(`${REPOSITORY}:2.0`, B, 300)).toBe(200);
    expect(look(`${REPOSITORY}:3.0`, B, 300)).toBe(200);
    expect(look(APP, B, 300)).toBe(250);
  });
});

test('a clock that went back makes nothing younger than now', () => {
  const folder = tempFolder();
  run(folder, ({ look }) => look(APP, A, 1000));
  expect(run(folder, ({ look }) => look(APP, B, 500))).toBe(500);
});

test('names without a tag are not remembered', async () => {
  const folder = tempFolder();
  run(folder, ({ look }) => {
    for (const name of [REPOSITORY, `${REPOSITORY}@${A}`, `${APP}@${A}`, '', `${REPOSITORY}:a b`])
      expect(look(name, A, 1)).toBeUndefined();
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
    run(folder, ({ look }) => look(APP, A, 100));
    const [name = ''] = await readdir(folder);
    const path = join(folder, name);
    await damage(path, await readFile(path, 'utf8'));
    const warnings: string[] = [];
    const seen = openSeen(folder, { warn: (message) => warnings.push(message) });
    expect(seen.look(APP, B, 200)).toBeUndefined();
    expect(seen.look(APP, B, 200)).toBeUndefined();
    seen.close();
    expect(warnings).toEqual([expect.stringContaining(`when images of ${REPOSITORY} appeared`)]);
    expect(run(folder, ({ look }) => look(APP, A, 300))).toBe(200);
  },
);

test('only its user can read it, nothing else stays, and it is bounded', async () => {
  const folder = join(tempFolder(), 'reslim', 'seen');
  run(folder, ({ list }) =>
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
  const seen = openSeen(folder, { warn: (message) => warnings.push(message) });
  seen.look(APP, A, 1);
  seen.close();
  expect(warnings).toEqual([expect.stringContaining('when images appeared is not kept')]);
});

test('the folder is where the specification of base directories wants it', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/var/lib/state' })).toBe('/var/lib/state/reslim');
  expect(stateFolder({ XDG_STATE_HOME: 'relative' })).toMatch(/\/\.local\/state\/reslim$/);
});
