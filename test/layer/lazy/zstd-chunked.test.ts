import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../../fixtures/layout.js';
import type { SlimOptions } from '../../../src/api/options.ts';
import { copy } from '../../../src/operations/copy.ts';
import { slim } from '../../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../../support/layer-tar.ts';
import { flatten, readImage } from '../../support/layout.ts';
import { GNU, member, pax, tarOf } from '../../support/raw-tar.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { everyKind } from './every-kind.ts';

const run = promisify(execFile);
const folder = tempFolder();
let count = 0;

const layoutOf = async (...tars: readonly Buffer[]): Promise<string> => {
  const layout = join(folder, String(count++));
  await createLayout(layout);
  const layers = [];
  for (const tar of tars) layers.push(await putLayer(layout, [tar]));
  await putImage(layout, '1', { layers, config: {} });
  return layout;
};

/** Recompresses an image, so that its tars stay as they are. */
const chunked = async (source: string): Promise<string> => {
  const target = join(folder, String(count++));
  const names = { source: `oci:${source}:1`, target: `oci:${target}:1` };
  await copy({ ...names, compression: 'zstd:chunked' });
  return target;
};

const slimmed = (source: string, target: string, options: Partial<SlimOptions> = {}) =>
  slim({
    source: `oci:${source}:1`,
    target: `oci:${target}:1`,
    profiles: ['none'],
    compression: 'zstd:chunked',
    ...options,
  });

interface Seen {
  readonly chunked: boolean;
  readonly entries?: number;
  readonly chunks?: number;
}

/** What a reader that was written from the definition of the format says of each layer. */
const seen = async (layout: string): Promise<Seen[]> => {
  const { stdout } = await run('python3', ['-B', 'test/support/zstd_chunked.py', layout, '1']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
};

const PREFIX = 'io.github.containers.zstd-chunked.';
const KEYS = ['manifest-checksum', 'manifest-position', 'tarsplit-position'].map(
  (key) => `${PREFIX}${key}`,
);

describe.runIf(requireTools('python3', 'zstd'))('zstd:chunked', () => {
  test('is what an independent reader expects, for every kind of entry', async () => {
    const source = await layoutOf(everyKind());
    const target = await chunked(source);
    // The large file is in three pieces.
    expect(await seen(target)).toMatchObject([{ chunked: true, entries: 18, chunks: 10 }]);
    const { layers } = await readImage(target, '1');
    expect(layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+zstd');
    expect(Object.keys(layers[0]?.annotations ?? {})).toEqual(KEYS);
    expect(await flatten(target, '1')).toEqual(await flatten(source, '1'));
    expect((await readImage(await chunked(source), '1')).digest).toBe(
      (await readImage(target, '1')).digest,
    );
  });

  test.each<[string, Buffer]>([
    ['a name that is there twice', tarOf(member({ name: 'a' }, '1'), member({ name: './a' }, '2'))],
    ['a name that is not UTF-8', tarOf(member({ name: 'a\xff' }, '1'))],
    [
      'a sparse file',
      tarOf(
        pax([
          ['GNU.sparse.major', '0'],
          ['GNU.sparse.minor', '1'],
          ['GNU.sparse.numblocks', '1'],
          ['GNU.sparse.map', '0,1'],
          ['GNU.sparse.size', '9'],
        ]),
        member({ name: 'a' }, '1'),
      ),
    ],
    [
      'an old sparse file',
      tarOf(
        member(
          {
            name: 'a',
            flag: 'S',
            magic: GNU,
            patch: [
              [386, '00000000000\x0000000000001\0'],
              [483, '00000000011\0'],
            ],
          },
          '1',
        ),
        member({ name: 'b' }, 'more'),
      ),
    ],
  ])('has no table of contents for a layer with %s, which stays plain zstd', async (_, tar) => {
    const source = await layoutOf(tar);
    const target = await chunked(source);
    expect(await seen(target)).toMatchObject([{ chunked: false }]);
    expect((await readImage(target, '1')).layers[0]?.mediaType).toMatch(/\+zstd$/);
    expect(await flatten(target, '1')).toEqual(await flatten(source, '1'));
  });

  const LINES = [
    ['etc/', 'etc/a=1', 'etc/b=2', 'bin->usr/bin', 'usr/', 'usr/bin/', 'usr/bin/sh=x'],
    ['etc/', 'etc/.wh.a', 'app/', 'app/run=1', 'app/also=>app/run'],
    ['srv/', 'srv/data=1'],
  ];
  const built = async (): Promise<string> =>
    layoutOf(...(await Promise.all(LINES.map((lines) => layerTar(entriesOf(lines))))));

  test.each<Partial<SlimOptions>>([{ squash: 'all' }, { squash: 'none' }, { layers: 3 }])(
    'is what a slim with %j writes, and slimming it again changes nothing',
    async (how) => {
      const [source, target, again] = [await built(), join(folder, `${count++}`), `${count++}`];
      const first = await slimmed(source, target, { drop: ['/etc/b'], ...how });
      for (const layer of await seen(target)) expect(layer.chunked).toBe(true);
      const dry = await slim({
        ...{ source: `oci:${source}:1`, profiles: ['none'], dryRun: true, drop: ['/etc/b'] },
        ...{ compression: 'zstd:chunked', ...how },
      });
      expect(dry.images[0]?.expected?.compressedSize).toBe(first.images[0]?.target?.compressedSize);
      const { layers: _, ...rest } = how;
      const second = await slimmed(target, join(folder, again), { squash: 'none', ...rest });
      expect(second).toMatchObject({ changed: false });
    },
  );

  test('keeps the table of a layer by content that is used again', async () => {
    const [source, target] = [await built(), join(folder, String(count++))];
    await slimmed(source, target, { layers: 3 });
    const before = await readImage(target, '1');
    await slimmed(source, target, { layers: 3, force: true });
    expect((await readImage(target, '1')).digest).toBe(before.digest);
    for (const { annotations } of before.layers)
      expect(Object.keys(annotations ?? {})).toEqual(expect.arrayContaining(KEYS));
  });

  test('is gzip where docker load must read it, as zstd is', async () => {
    const archive = join(folder, 'docker.tar');
    const { notes, targets } = await slim({
      ...{ source: `oci:${await built()}:1`, target: `docker-archive:${archive}:app:1` },
      ...{ profiles: ['none'], compression: 'zstd:chunked', network: { env: {} } },
    });
    expect(targets).toHaveLength(1);
    expect(notes.join()).toContain('compressed with gzip');
  });
});
