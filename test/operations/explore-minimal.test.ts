import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFiles, type Files } from '../../src/cli/explore/model/files.ts';
import {
  explore,
  openRuntime,
  slim,
  type ExploredImage,
  type ExploredMinimal,
  type ExploreOptions,
} from '../../src/index.ts';
import { placeOf } from '../cli/explore/support/explored-image.ts';
import { explorePackaged, writePackaged } from '../cli/explore/support/packaged-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const source = `oci:${join(folder, 'app')}:1.0`;
let image: ExploredImage;
let files: Files;
beforeAll(async () => {
  image = await explorePackaged(folder);
  files = openFiles(image);
}, 60_000);

const minimalOf = ({ minimal }: ExploredImage): ExploredMinimal => {
  if (!minimal) throw new Error('minimal was not decided');
  return minimal;
};

const decisionAt = (path: string): object | undefined =>
  files.decisionAt('minimal', placeOf(files, path));

/** Each step of the chain to a path, from the config on. */
const chainTo = (path: string): string[] => {
  const { users, usedHow, usages } = minimalOf(image);
  const steps: string[] = [];
  for (let at = placeOf(files, path); (users[at] ?? -2) >= -1; at = users[at] as number) {
    steps.unshift(`${usages[usedHow[at] as number]} /${files.pathOf(at)}`);
    if (users[at] === -1) break;
  }
  return steps;
};

test('it decides what a slim at minimal decides', async () => {
  const result = await slim({ source, level: 'minimal', dryRun: true });
  const dropped = result.images[0]?.dropped.map(({ path }) => path);
  const gone = Array.from({ length: files.count }, (_, at) => at).filter(
    (at) => files.decisionAt('minimal', at)?.action === 'drop',
  );
  expect(dropped).toContain('/usr/bin/idle');
  expect(gone.map((at) => `/${files.pathOf(at)}`).sort()).toEqual(dropped);
  expect(minimalOf(image).use).toEqual(result.images[0]?.use);
});

test('every name has what is decided of it, and why', () => {
  expect(decisionAt('usr/bin/idle')).toMatchObject({ action: 'drop', id: 'minimal/unused' });
  expect(decisionAt('var/log/app.log')).toMatchObject({ action: 'drop', id: 'base/logs' });
  expect(decisionAt('usr/lib/libdraw.so.1')).toEqual({
    action: 'keep',
    by: 'use',
    id: '',
    reason: 'it is used',
  });
  expect(decisionAt('usr/lib')).toMatchObject({ action: 'keep', reason: 'something in it stays' });
  expect(decisionAt('var/spool/idle')).toMatchObject({
    action: 'keep',
    reason: 'a folder may be there to be filled',
  });
});

test('chains lead through programs and libraries, and into folders', () => {
  expect(chainTo('usr/lib/libdraw.so.1')).toEqual([
    'entrypoint of the config starts /app/main',
    'line 2 starts /usr/bin/painter',
    'it loads /usr/lib/libdraw.so.1',
  ]);
  expect(chainTo('usr/share/painter/brush').slice(-2)).toEqual([
    'line 2 names /usr/share/painter',
    'in it /usr/share/painter/brush',
  ]);
  expect(chainTo('usr/bin/idle')).toEqual([]);
});

test('what could not be told is there with file and line', () => {
  const { use } = minimalOf(image);
  expect(use?.confidence).toBe('open');
  expect(use?.open[0]).toMatchObject({ kind: 'starts', place: '/app/main, line 3' });
});

test('where nothing says what the image is for, minimal is as lean, and says so', async () => {
  const other = await explorePackaged(tempFolder(), { entrypoint: [] });
  const { use, obstacle, verdicts, decisions } = minimalOf(other);
  expect(use).toBeUndefined();
  expect(obstacle).toBe('its config starts nothing');
  expect([...verdicts].every((at) => decisions[at]?.id !== 'minimal/unused')).toBe(true);
});

test('without the option it is not decided', async () => {
  expect(await explore({ source })).not.toHaveProperty('minimal');
});

describe('with a cache', () => {
  test('it is decided once, by all that it depends on', async () => {
    const cache = { folder: tempFolder() };
    const run = async (options: Partial<ExploreOptions> = {}): Promise<ExploredImage> => {
      const runtime = await openRuntime({ cache });
      try {
        return await explore({ source, runtime, ...options });
      } finally {
        await runtime.close();
      }
    };
    expect(await run()).not.toHaveProperty('minimal');
    expect(await run({ minimal: true })).toEqual(image);
    expect(await run({ minimal: true })).toEqual(image);
    const more = await run({ minimal: true, entries: ['/usr/bin/idle'] });
    expect(openFiles(more).decisionAt('minimal', placeOf(files, 'usr/bin/idle'))?.action).toBe(
      'keep',
    );
    expect(await run({ minimal: true })).toEqual(image);
  });
});

test('it can be interrupted', async () => {
  const dir = join(tempFolder(), 'app');
  await writePackaged(dir);
  const signal = AbortSignal.abort();
  const wanted = { source: `oci:${dir}:1.0`, minimal: true, signal };
  await expect(explore(wanted)).rejects.toMatchObject({ code: 'aborted' });
});
