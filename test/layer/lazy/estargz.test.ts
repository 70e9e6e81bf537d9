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
import { member, tarOf } from '../../support/raw-tar.ts';
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
  await putImage(layout, '1', {
    layers,
    config: { history: tars.map(() => ({ created_by: 'x' })) },
  });
  return layout;
};

const converted = async (source: string): Promise<string> => {
  const target = join(folder, String(count++));
  const names = { source: `oci:${source}:1`, target: `oci:${target}:1` };
  await copy({ ...names, compression: 'estargz' });
  return target;
};

const slimmed = (source: string, target: string, options: Partial<SlimOptions> = {}) =>
  slim({
    ...{ source: `oci:${source}:1`, target: `oci:${target}:1` },
    ...{ profiles: ['none'], compression: 'estargz', ...options },
  });

interface Seen {
  readonly stargz: boolean;
  readonly entries?: number;
  readonly chunks?: number;
}

/** What a reader that was written from the definition of the format says of each layer. */
const seen = async (layout: string): Promise<Seen[]> => {
  const { stdout } = await run('python3', ['-B', 'test/support/estargz.py', layout, '1']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
};

/** Of files that a layer has for the format. */
const OWN = /"path": "(\.no\.prefetch\.landmark|stargz\.index\.json)"/;

const withoutOwn = async (layout: string): Promise<readonly string[]> =>
  (await flatten(layout, '1')).filter((line) => !OWN.test(line));

const KEYS = [
  'containerd.io/snapshot/stargz/toc.digest',
  'io.containers.estargz.uncompressed-size',
];

describe.runIf(requireTools('python3'))('eStargz', () => {
  test('is what an independent reader expects, for every kind of entry', async () => {
    const source = await layoutOf(everyKind());
    const target = await converted(source);
    // The landmark is one more.
    expect(await seen(target)).toMatchObject([{ stargz: true, entries: 19, chunks: 21 }]);
    const { layers, digest } = await readImage(target, '1');
    expect(layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
    expect(Object.keys(layers[0]?.annotations ?? {})).toEqual(KEYS);
    expect(await withoutOwn(target)).toEqual(await flatten(source, '1'));
    expect((await flatten(target, '1')).filter((line) => OWN.test(line))).toHaveLength(2);
    expect((await readImage(await converted(source), '1')).digest).toBe(digest);
  });

  test.each<[string, Buffer]>([
    ['a name that is there twice', tarOf(member({ name: 'a' }, '1'), member({ name: './a' }, '2'))],
    ['a name that is not UTF-8', tarOf(member({ name: 'a\xff' }, '1'))],
  ])('adds nothing to a layer with %s, which stays plain gzip', async (_, tar) => {
    const source = await layoutOf(tar);
    const target = await converted(source);
    expect(await seen(target)).toMatchObject([{ stargz: false }]);
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
      for (const layer of await seen(target)) expect(layer.stargz).toBe(true);
      const dry = await slim({
        ...{ source: `oci:${source}:1`, profiles: ['none'], dryRun: true, drop: ['/etc/b'] },
        ...{ compression: 'estargz', ...how },
      });
      expect(dry.images[0]?.expected?.compressedSize).toBe(first.images[0]?.target?.compressedSize);
      const plain = join(folder, String(count++));
      const { layers: _, ...rest } = how;
      await slimmed(source, plain, { drop: ['/etc/b'], ...how, compression: 'gzip' });
      expect(await withoutOwn(target)).toEqual(await flatten(plain, '1'));
      if (how.squash !== 'all') return;
      expect(await slimmed(target, join(folder, again), rest)).toMatchObject({ changed: false });
    },
  );

  test('takes the table of an earlier layer out before it writes another one', async () => {
    const [first, target] = [await converted(await built()), join(folder, String(count++))];
    await slimmed(first, target, { drop: ['/srv/data'] });
    expect(await seen(target)).toMatchObject([{ stargz: true }]);
    expect((await flatten(target, '1')).filter((line) => OWN.test(line))).toHaveLength(2);
  });

  test('is as the original to --verify, which says what files the format adds', async () => {
    const target = join(folder, String(count++));
    const { verification } = await slimmed(await built(), target, { verify: true });
    expect(verification?.passed).toBe(true);
    const added = verification?.images.flatMap(({ changed }) => changed.map(({ path }) => path));
    expect(added).toEqual(['/.no.prefetch.landmark', '/stargz.index.json']);
  });

  test('is plain gzip where docker load must read it', async () => {
    const [source, archive] = [await built(), join(folder, 'docker.tar')];
    await slim({
      ...{ source: `oci:${source}:1`, target: [`docker-archive:${archive}:app:1`] },
      ...{ profiles: ['none'], compression: 'estargz', network: { env: {} } },
    });
    const target = join(folder, String(count++));
    await copy({ source: `docker-archive:${archive}`, target: `oci:${target}:1` });
    expect(await flatten(target, '1')).toEqual(await flatten(source, '1'));
  });
});
