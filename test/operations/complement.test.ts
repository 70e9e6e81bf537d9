import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import type { SlimResult } from '../../src/api/results.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { differences, flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { FAST } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { fetchManifest } from '../transport/registry/support/fetch-manifest.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { named, sampleImage, sampleIndex, writeLayout } from '../transport/support/sample-image.ts';

const network = { env: { PATH: process.env['PATH'] }, home: '/nonexistent', settings: FAST };

const CONFIG = {
  created: '2024-05-06T07:08:09Z',
  config: { Cmd: ['/app/run'], Env: ['A=1'], Labels: { a: '1' } },
  history: [
    { created_by: 'ADD base.tar /' },
    { created_by: 'RUN setup' },
    { created_by: 'CMD ["/app/run"]', empty_layer: true },
    { created_by: 'COPY . /app' },
  ],
};

const LAYERS = [
  ['etc/', 'etc/motd=welcome', 'etc/issue=1', 'opt/', 'opt/one=same', 'opt/two=same'],
  ['etc/', 'etc/.wh.motd', 'opt/tool=1', 'opt/alias->opt/tool', 'opt/other->opt/tool'],
  ['app/', 'app/run=1', 'tmp/', 'tmp/left=over'],
];

let folder: string;
let layout: string;
beforeEach(async () => {
  folder = tempFolder();
  layout = join(folder, 'app');
  await createLayout(layout);
  const layers = [];
  for (const lines of LAYERS)
    layers.push(await putLayer(layout, [await layerTar(entriesOf(lines))]));
  await putImage(layout, '1', { layers, config: CONFIG });
});

/** Two names of a file with three go, and a file. */
const DROP = ['/opt/tool', '/opt/other', '/etc/issue'];

const slimmed = (target: string, options: Partial<SlimOptions> = {}): Promise<SlimResult> =>
  slim({
    source: `oci:${layout}:1`,
    target,
    profiles: ['none'],
    drop: DROP,
    complement: 'whole',
    network,
    ...options,
  });

const indexOf = async (path: string): Promise<readonly { digest: string; tag: string }[]> => {
  const { manifests } = JSON.parse(await readFile(join(path, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  return manifests.map(({ digest, annotations }) => ({
    digest,
    tag: annotations['org.opencontainers.image.ref.name'] ?? '',
  }));
};

describe('the complement of a slim', () => {
  test.each<Partial<SlimOptions>>([
    { squash: 'all' },
    { squash: 'none' },
    { squash: 'base', base: '1' },
    { squash: 'base', base: '2', whiteouts: true },
    { layers: 3 },
    { squash: 'all', dedupe: true },
    { squash: 'none', compression: 'zstd' },
  ])(
    'with %j has the files and the settings of the source, on the layers of the slim image',
    async (how) => {
      const target = join(folder, 'slim');
      const result = await slimmed(`oci:${target}:1`, how);
      const [source, slimOne, whole] = await Promise.all([
        readImage(layout, '1'),
        readImage(target, '1'),
        readImage(target, 'whole'),
      ]);
      expect(differences(await flatten(layout, '1'), await flatten(target, 'whole'))).toEqual([]);
      expect(whole.layers.slice(0, -1)).toEqual(slimOne.layers);
      expect(result.complement).toEqual({
        tag: 'whole',
        digest: whole.digest,
        bytes: whole.layers.at(-1)?.size,
      });
      const { rootfs: _, history: before, ...settings } = source.config;
      const { rootfs: __, history: after, ...others } = whole.config;
      expect(others).toEqual(settings);
      expect((after as { comment?: string }[]).at(-1)).toMatchObject({
        created_by: 'reslim',
        comment: 'what reslim removed or changed',
      });
      expect((after as unknown[]).length).toBeGreaterThan((before as unknown[]).length);
    },
  );

  test('does not change the slim image', async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const { target } = await slimmed(`oci:${one}:1`);
    const alone = await slimmed(`oci:${other}:1`, { complement: undefined });
    expect(alone.target?.digest).toBe(target?.digest);
    expect(alone).not.toHaveProperty('complement');
  });

  test('has no layer of its own where nothing was removed or changed', async () => {
    const target = join(folder, 'slim');
    const { complement } = await slimmed(`oci:${target}:1`, { drop: [], keep: ['/**'] });
    const [one, whole] = [await readImage(target, '1'), await readImage(target, 'whole')];
    expect(complement?.bytes).toBe(0);
    expect(whole.layers).toEqual(one.layers);
    expect(await flatten(target, 'whole')).toEqual(await flatten(layout, '1'));
  });

  test('has the times that --timestamp sets, and no bytes more for them', async () => {
    const target = join(folder, 'slim');
    const { complement } = await slimmed(`oci:${target}:1`, { timestamp: 0, drop: [] });
    expect(complement?.bytes).toBe(0);
    expect(await flatten(target, 'whole')).toEqual(await flatten(target, '1'));
  });

  test('has the config of the source where edits change that of the slim image', async () => {
    const target = join(folder, 'slim');
    await slimmed(`oci:${target}:1`, { edits: { env: { A: '2' }, annotations: { x: 'y' } } });
    const [one, whole] = [await readImage(target, '1'), await readImage(target, 'whole')];
    expect(one.config['config']).toMatchObject({ Env: ['A=2'] });
    expect(whole.config['config']).toEqual(CONFIG.config);
  });

  test('is made again, with the same digest, though the target has it', async () => {
    const target = join(folder, 'slim');
    const first = await slimmed(`oci:${target}:1`);
    const again = await slimmed(`oci:${target}:1`);
    expect(again.upToDate).toBe(false);
    expect(again.complement).toEqual(first.complement);
    // What is beside a slim image is never taken for one.
    const other = await slimmed(`oci:${target}:whole`, { complement: undefined });
    expect(other.upToDate).toBe(false);
  });

  test('is only measured in a dry run', async () => {
    const { complement } = await slimmed(`oci:${join(folder, 'slim')}:1`);
    const dry = await slimmed('', { target: undefined, dryRun: true });
    expect(dry.complement).toMatchObject({ tag: 'whole' });
    expect(dry.complement).not.toHaveProperty('digest');
    const { bytes = 0 } = complement ?? {};
    expect(Math.abs((dry.complement?.bytes ?? 0) - bytes)).toBeLessThan(0.05 * bytes);
  });

  test('is an index where the source is one', async () => {
    const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
    const images = await Promise.all(
      platforms.map(async (platform, at) => {
        const image = await sampleImage([`${at}`, 'other'], { platform });
        return { ...image, root: { ...image.root, platform } };
      }),
    );
    const many = sampleIndex(images);
    const source = await writeLayout(join(folder, 'many'), [many], [named(many, '1')]);
    const target = join(folder, 'slim');
    const result = await slimmed(`oci:${target}:1`, { source: `oci:${source}:1`, drop: ['/o*'] });
    expect(result.images).toHaveLength(2);
    expect((await indexOf(target)).map(({ tag }) => tag)).toEqual(['1', 'whole']);
    for (const { architecture } of platforms) {
      const read = (...of: string[]): Promise<string> =>
        run('python3', ['-B', 'test/support/flatten.py', ...of, `linux/${architecture}`]);
      expect(await read(target, 'whole')).toBe(await read(source, '1'));
      expect(await read(target, '1')).not.toBe(await read(source, '1'));
    }
  });

  test('lies in the same archive, and in the same docker-archive', async () => {
    const [oci, docker] = [join(folder, 'slim.tar'), join(folder, 'docker.tar')];
    const { targets, complement } = await slimmed('', {
      target: [`oci-archive:${oci}:1`, `docker-archive:${docker}:app:1`],
    });
    expect(targets).toHaveLength(2);
    const layers = async (name: string): Promise<number> => {
      const { Layers } = JSON.parse(await run('skopeo', ['inspect', name])) as { Layers: [] };
      return Layers.length;
    };
    expect(await layers(`oci-archive:${oci}:1`)).toBe(1);
    expect(await layers(`oci-archive:${oci}:whole`)).toBe(2);
    expect(await layers(`docker-archive:${docker}:docker.io/library/app:1`)).toBe(1);
    expect(await layers(`docker-archive:${docker}:docker.io/library/app:whole`)).toBe(2);
    const raw = await run('skopeo', ['inspect', '--raw', `oci-archive:${oci}:whole`]);
    expect(JSON.parse(raw)).toMatchObject({
      annotations: { 'dev.reslim.recipe': expect.stringMatching(/ complement$/) as string },
    });
    expect(complement?.digest).toMatch(/^sha256:/);
  });

  test.each([
    ['no tag', 'a/b', (to: string) => `oci:${to}:1`, /not a tag: "a\/b"/],
    ['the tag of the slim image', '1', (to: string) => `oci:${to}:1`, /both images would have/],
    ['a tag, and no repository', 'b', (to: string) => `docker-archive:${to}`, /has no name that/],
  ])('is refused before any work with %s', async (_, complement, target, message) => {
    const failed = slimmed(target(join(folder, 'slim')), { complement });
    await expect(failed).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });

  test('never takes the place of the source', async () => {
    await expect(slimmed(`oci:${layout}:slim`, { complement: '1' })).rejects.toMatchObject({
      message: expect.stringContaining('replace the source') as string,
    });
    expect((await indexOf(layout)).map(({ tag }) => tag)).toEqual(['1']);
  });
});

describe.runIf(requireTools('docker-registry'))('the complement in a registry', () => {
  let registry: Distribution;
  let proxy: FaultProxy;
  beforeAll(async () => {
    [registry, proxy] = await Promise.all([
      startDistribution({ isInMemory: true }),
      startFaultProxy(),
    ]);
    proxy.upstream = `http://${registry.host}`;
  });
  afterAll(() => Promise.all([registry.close(), proxy.close()]));

  test('gets its tag before the slim image has its own', async () => {
    proxy.rules = [
      {
        matches: (method, path) => method === 'PUT' && path.endsWith('/manifests/1'),
        times: 100,
        act: async ({ reply }) => reply({ status: 403, headers: {}, body: Buffer.alloc(0) }),
      },
    ];
    await expect(slimmed(`docker://${proxy.host}/app:1`)).rejects.toMatchObject({ code: 'io' });
    proxy.rules = [];
    expect(await fetchManifest(registry.host, 'app', 'whole')).toMatchObject({
      document: { layers: [{}, {}] },
    });
    const missing = await fetch(`http://${registry.host}/v2/app/manifests/1`);
    expect(missing.status).toBe(404);

    const { target, complement } = await slimmed(`docker://${proxy.host}/app:1`);
    const [one, whole] = [
      await fetchManifest(registry.host, 'app', '1'),
      await fetchManifest(registry.host, 'app', 'whole'),
    ];
    expect([one.digest, whole.digest]).toEqual([target?.digest, complement?.digest]);
  });
});
