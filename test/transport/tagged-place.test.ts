import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { networkFor } from '../../src/transport/network.ts';
import { openTaggedPlace } from '../../src/transport/open-tagged-place.ts';
import { tagExisting } from '../../src/transport/tag-existing.ts';
import type { TagRemoval } from '../../src/transport/tagged-place.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { FAST } from './registry/support/fast.ts';
import { makeImage, makeIndex, type TestImage } from './registry/support/images.ts';
import { describeRegistries } from './registry/support/registries.ts';
import { startDistribution, type Server } from './registry/support/servers.ts';
import { collect, pullFrom, pushTo } from './registry/support/transfer.ts';
import { named, sampleImage, writeLayout } from './support/sample-image.ts';

const limits = DEFAULT_LIMITS;
const network = networkFor({
  env: { PATH: process.env['PATH'] },
  home: '/nonexistent',
  settings: FAST,
});

const withPlace = async <T>(
  name: string,
  action: (place: ReturnType<typeof openTaggedPlace>) => Promise<T>,
): Promise<T> => {
  const place = openTaggedPlace(parseReference(name), { limits, network, removes: true });
  try {
    return await action(place);
  } finally {
    await place.close();
  }
};
const tagsOf = async (name: string): Promise<string[]> =>
  (await withPlace(name, ({ tags }) => collect(tags()))).toSorted();
const remove = (name: string, removal: TagRemoval) =>
  withPlace(name, (place) => place.remove(removal));

describeRegistries('tags of a registry', {}, (start) => {
  let server: Server;
  let count = 0;
  let repository: string;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    repository = `${server.host}/upkeep/app${++count}`;
  });
  const small = (): TestImage => makeImage({ layers: [Buffer.from(`layer ${count}`)] });
  const other = (): TestImage => makeImage({ layers: [Buffer.from('another')] });
  const place = () => `docker://${repository}`;

  test('are removed, and others stay', async () => {
    await pushTo(`${repository}:1`, small());
    await pushTo(`${repository}:2`, other());
    expect(await remove(place(), { gone: ['1'], staying: ['2'] })).toEqual([{ tag: '1' }]);
    expect(await tagsOf(place())).toEqual(['2']);
    await pullFrom(`${repository}:2`);
  });

  test('of one image are all removed', async () => {
    for (const tag of ['1', '1.0']) await pushTo(`${repository}:${tag}`, small());
    await pushTo(`${repository}:2`, other());
    const removed = await remove(place(), { gone: ['1', '1.0'], staying: ['2'] });
    expect(removed).toEqual([{ tag: '1' }, { tag: '1.0' }]);
    expect(await tagsOf(place())).toEqual(['2']);
  });

  test('never take along an image that stays, be it by another tag or in an index', async () => {
    const [image, arm] = [small(), makeImage({ layers: [Buffer.from('arm')] })];
    await pushTo(`${repository}:same`, image);
    await pushTo(`${repository}:stays`, image);
    await pushTo(`${repository}:amd64`, other());
    await pushTo(`${repository}:all`, makeIndex([other(), arm]));
    const removed = await remove(place(), { gone: ['same', 'amd64'], staying: ['stays', 'all'] });
    const kept = removed.filter(({ error }) => error).map(({ tag }) => tag);
    expect([[], ['same', 'amd64']]).toContainEqual(kept);
    for (const { tag, error } of removed)
      if (error)
        expect(error).toMatchObject({
          code: 'unsupported',
          message: expect.stringContaining(`other tags lead to that of ${tag}`) as string,
        });
    await pullFrom(`${repository}:stays`);
    await pullFrom(`${repository}:all`);
  });

  test('that are gone already count as removed', async () => {
    await pushTo(`${repository}:2`, other());
    expect(await remove(place(), { gone: ['1'], staying: ['2'] })).toEqual([{ tag: '1' }]);
  });

  test('are none where the repository does not exist', async () => {
    expect(await tagsOf(place())).toEqual([]);
  });

  test('get a further one with the same digest', async () => {
    const image = makeIndex([small(), other()]);
    await pushTo(`${repository}:1`, image);
    for (const _ of [1, 2])
      await tagExisting(parseReference(`docker://${repository}:1`), image.root, 'before', {
        network,
      });
    expect(await tagsOf(place())).toEqual(['1', 'before']);
    expect([...(await pullFrom(`${repository}:before`))]).toContain(image.root.digest);
  });
});

describe.runIf(requireTools('docker-registry'))('a registry that does not allow deletion', () => {
  test('says so for each tag, with a hint', async () => {
    const server = await startDistribution({ allowsDeletion: false, isInMemory: true });
    try {
      const repository = `${server.host}/kept/app`;
      for (const tag of ['1', '2'])
        await pushTo(`${repository}:${tag}`, makeImage({ layers: [Buffer.from(tag)] }));
      const removed = await remove(`docker://${repository}`, { gone: ['1', '2'], staying: [] });
      const error = expect.objectContaining({
        code: 'unsupported',
        message: expect.stringContaining('does not allow this deletion') as string,
        hint: expect.stringContaining('deletion must be enabled there') as string,
      }) as Error;
      expect(removed).toEqual([
        { tag: '1', error },
        { tag: '2', error },
      ]);
      expect(await tagsOf(`docker://${repository}`)).toEqual(['1', '2']);
    } finally {
      await server.close();
    }
  });
});

describe.runIf(requireTools('umoci', 'skopeo'))('tags of a layout', () => {
  test('are removed with what only they lead to', async () => {
    const [gone, stays] = [
      await sampleImage(['gone', 'shared']),
      await sampleImage(['stays', 'shared']),
    ];
    const layout = join(tempFolder(), 'app');
    await writeLayout(
      layout,
      [gone, stays],
      [named(gone, '1'), named(gone, '1.0'), named(stays, '2')],
    );
    expect(await tagsOf(`oci:${layout}`)).toEqual(['1', '1.0', '2']);
    await remove(`oci:${layout}`, { gone: ['1'], staying: ['1.0', '2'] });
    await run('skopeo', ['inspect', `oci:${layout}:1.0`]);
    await remove(`oci:${layout}`, { gone: ['1.0'], staying: ['2'] });
    expect((await run('umoci', ['ls', '--layout', layout])).trim()).toBe('2');
    const blobs = await readdir(join(layout, 'blobs/sha256'));
    expect(blobs.toSorted()).toEqual(
      stays.blobs.map(({ descriptor }) => descriptor.digest.slice(7)).toSorted(),
    );
    expect((await readdir(layout)).toSorted()).toEqual(['blobs', 'index.json', 'oci-layout']);
    const copied = join(tempFolder(), 'copy');
    await run('skopeo', ['copy', '-q', `oci:${layout}:2`, `oci:${copied}:2`]);
  });

  test('are none where there is no layout', async () => {
    expect(await tagsOf(`oci:${join(tempFolder(), 'none')}`)).toEqual([]);
  });

  test('get a further one', async () => {
    const image = await sampleImage(['a']);
    const layout = await writeLayout(join(tempFolder(), 'app'), [image], [named(image, '1')]);
    await tagExisting(parseReference(`oci:${layout}:1`), image.root, 'before', {});
    expect(await tagsOf(`oci:${layout}`)).toEqual(['1', 'before']);
    await run('skopeo', ['inspect', `oci:${layout}:before`]);
  });
});

test('archives keep no tags', () => {
  const archive = parseReference('oci-archive:app.tar:1');
  expect(() => openTaggedPlace(archive, { limits, network })).toThrow(
    'only registries and layouts',
  );
});
