import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SlimOptions } from '../../src/api/options.ts';
import { hexOf, type Digest } from '../../src/oci/digest.ts';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { copy } from '../../src/operations/copy.ts';
import { inspect } from '../../src/operations/inspect.ts';
import { slim } from '../../src/operations/slim.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { FAST } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import {
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

const network = {
  env: { PATH: process.env['PATH'] },
  home: '/nonexistent',
  settings: FAST,
};
const again = (options: Omit<SlimOptions, 'profiles' | 'network'>) =>
  slim({ profiles: ['none'], ...options, network });

const arm64 = { os: 'linux', architecture: 'arm64' };
const withPlatform = (image: SampleImage, architecture: string): SampleImage => ({
  ...image,
  root: { ...image.root, platform: { os: 'linux', architecture } },
});

const makeIndex = async (family: typeof OCI | typeof DOCKER): Promise<SampleImage> => {
  const amd = await sampleImage(['a', 'b'], { family });
  const arm = await sampleImage(['c', 'd'], { family, platform: arm64 });
  return sampleIndex([withPlatform(amd, 'amd64'), withPlatform(arm, 'arm64')], {
    mediaType: family.index,
  });
};

const layout = async (image: SampleImage): Promise<string> =>
  `oci:${await writeLayout(join(tempFolder(), 'app'), [image], [named(image, '1')])}:1`;

describe.runIf(requireTools('docker-registry', 'skopeo'))('a second slim to a registry', () => {
  let registry: Distribution;
  let proxy: FaultProxy;
  let count = 0;
  beforeAll(async () => {
    registry = await startDistribution();
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${registry.host}`;
  });
  afterEach(() => proxy.close());

  /** Pushes the image; resolves with where it is, and where the slim one shall go. */
  const push = async (image: SampleImage): Promise<{ source: string; target: string }> => {
    const name = `docker://${proxy.host}/again/app-${count++}`;
    await copy({ source: await layout(image), target: `${name}:1`, network });
    return { source: `${name}:1`, target: `${name}:slim` };
  };
  const writes = (): string[] =>
    proxy.seen.filter(({ method }) => !/GET|HEAD/.test(method)).map(({ method }) => method);

  test.each([
    ['an OCI image', () => sampleImage(['a', 'b'])],
    ['a Docker image', () => sampleImage(['a', 'b'], { family: DOCKER })],
  ])('of %s costs ten requests at most, and uploads nothing', async (_, make) => {
    const places = await push(await make());
    const first = await again(places);
    expect(first).toMatchObject({ changed: true, upToDate: false, images: [{}] });
    proxy.seen.length = 0;
    const second = await again(places);
    expect(second).toMatchObject({
      source: first.source,
      target: first.target,
      changed: true,
      upToDate: true,
      images: [],
    });
    // Under a second, on a machine that does nothing else.
    expect(second.durationMs).toBeLessThan(5000);
    expect(proxy.seen.length).toBeLessThanOrEqual(10);
    expect(writes()).toEqual([]);
  });

  test('of an image of many layers costs no more', async () => {
    const names = Array.from({ length: 15 }, (_, at) => `layer-${at}`);
    const places = {
      ...(await push(await sampleImage(names))),
      squash: 'none' as const,
      timestamp: 1,
    };
    const { target } = await again(places);
    proxy.seen.length = 0;
    expect(await again(places)).toMatchObject({ target, upToDate: true });
    expect(proxy.seen.length).toBeLessThanOrEqual(10);
    expect(writes()).toEqual([]);
  });

  test.each([
    ['an OCI index', OCI, 14],
    ['a Docker manifest list', DOCKER, 16],
  ])('of %s does nothing either', async (_, family, most) => {
    const places = await push(await makeIndex(family));
    const first = await again(places);
    expect(first.images).toHaveLength(2);
    proxy.seen.length = 0;
    expect(await again(places)).toMatchObject({ target: first.target, upToDate: true });
    expect(proxy.seen.length).toBeLessThanOrEqual(most);
    expect(writes()).toEqual([]);
    // One image of the index is another source, and makes another target.
    const one = { ...places, platform: 'linux/arm64' };
    expect(await again(one)).toMatchObject({ upToDate: false });
    expect(await again(one)).toMatchObject({ upToDate: true });
    expect(await again(places)).toMatchObject({ upToDate: false, target: first.target });
  });

  test(
    'is done for other options, another source, or with force',
    { timeout: 90_000 },
    async () => {
      const places = await push(await sampleImage(['a', 'b']));
      const first = await again(places);
      const profile = join(tempFolder(), 'mine.yaml');
      const write = (glob: string) =>
        writeFile(
          profile,
          `name: mine\ntitle: mine\nrules:\n  - {id: x, match: '${glob}', level: safe, category: x, reason: x}\n`,
        );
      await write('/a.txt');
      const withFile = { ...places, profileFiles: [profile] };
      for (const options of [
        { ...places, force: true },
        { ...places, squash: 'none' as const },
        { ...places, timestamp: 1 },
        { ...places, drop: ['/a.txt'] },
        { ...places, level: 'lean' as const },
        { ...places, explain: ['/a.txt'] },
        withFile,
      ]) {
        expect(await again(options)).toMatchObject({ upToDate: false, images: [{}] });
      }
      expect(await again(withFile)).toMatchObject({ upToDate: true });
      await write('/b.txt');
      expect(await again(withFile)).toMatchObject({ upToDate: false });
      expect(await again(places)).toMatchObject({ upToDate: false, target: first.target });
      const other = await layout(await sampleImage(['a', 'c']));
      expect(await again({ ...places, source: other })).toMatchObject({ upToDate: false });
    },
  );

  test('is done where a layer was lost, or the manifest cannot be read', async () => {
    const places = await push(await sampleImage(['a', 'b']));
    const { target } = await again(places);
    const name = places.target.replace(/^docker:\/\/[^/]*\//, '').replace(/:slim$/, '');
    const { stdout } = {
      stdout: await run('skopeo', ['inspect', '--raw', '--tls-verify=false', places.target]),
    };
    const { layers } = JSON.parse(stdout) as { layers: { digest: Digest }[] };
    const [layer] = layers;
    const link = `docker/registry/v2/repositories/${name}/_layers/sha256/${hexOf(layer?.digest as Digest)}`;
    await rm(join(registry.folder, link), { recursive: true });
    proxy.seen.length = 0;
    expect(await again(places)).toMatchObject({ upToDate: false, target });
    expect(writes()).not.toEqual([]);
    expect(await again(places)).toMatchObject({ upToDate: true, target });
    proxy.rules = [
      {
        matches: (method, path) => method === 'GET' && path.includes(target?.digest ?? '-'),
        times: 1,
        act: ({ reply }) =>
          reply({
            status: 200,
            headers: { 'content-type': OCI.manifest },
            body: Buffer.from('{}'),
          }),
      },
    ];
    expect(await again(places)).toMatchObject({ upToDate: false, target });
  });

  test('attaches what --attest asks for where it is missing', async () => {
    const places = { ...(await push(await sampleImage(['a', 'b']))), attest: true };
    await again({ ...places, attest: false });
    expect(await again(places)).toMatchObject({ upToDate: false });
    proxy.seen.length = 0;
    expect(await again(places)).toMatchObject({ upToDate: true });
    expect(writes()).toEqual([]);
  });

  test('keeps to the budget for the size', async () => {
    const places = await push(await sampleImage(['a', 'b']));
    await again(places);
    await expect(again({ ...places, maxSize: 10 })).rejects.toMatchObject({ code: 'policy' });
    expect(await again({ ...places, maxSize: 10_000 })).toMatchObject({ upToDate: true });
  });

  test('knows the result of the same recipe when it is the source', async () => {
    const { source, target } = await push(await sampleImage(['a', 'b']));
    await again({ source, target });
    const copied = `${target}-copy`;
    await copy({ source: target, target: copied, network });
    expect(await again({ source: target, target: copied })).toMatchObject({
      upToDate: true,
      changed: false,
    });
  });

  test('records nothing that is not so when layers are stored anew', async () => {
    const { source, target } = await push(await makeIndex(OCI));
    await again({ source, target });
    await copy({ source: target, target: `${target}-plain`, compression: 'none', network });
    await copy({ source: `${target}-plain`, target, network });
    expect(await again({ source, target })).toMatchObject({ upToDate: false });
  });

  test('says so on the command line, with status 0', async () => {
    const { source, target } = await push(await sampleImage(['a', 'b']));
    const args = [source, '-o', target, '--profile', 'none'];
    expect(await tryReslim(args)).toMatchObject({ status: 0 });
    const { status, stdout } = await tryReslim(args);
    expect(stdout).toMatch(/Already slim: .*--force/);
    expect(status).toBe(0);
    const { stdout: json } = await tryReslim([...args, '--json']);
    expect(JSON.parse(json)).toMatchObject({ upToDate: true, images: [], schema: 1 });
    const { stdout: forced } = await tryReslim([...args, '--force', '--json']);
    expect(JSON.parse(forced)).toMatchObject({ upToDate: false, images: [{}] });
  });

  test('shows in inspect what a Docker image was made from', async () => {
    const image = await sampleImage(['a', 'b'], { family: DOCKER });
    const { source, target } = await push(image);
    await again({ source, target });
    expect(await inspect({ source: target, network })).toMatchObject({
      images: [
        { madeFrom: image.root.digest, recipe: expect.stringMatching(/^reslim /) as string },
      ],
    });
    const config = await run('skopeo', ['inspect', '--config', '--tls-verify=false', target]);
    expect(JSON.parse(config)).toMatchObject({ config: { Cmd: ['/bin/true'] } });
  });
});

describe('a second slim to a layout', () => {
  test('does nothing while all blobs are there', async () => {
    const source = await layout(await makeIndex(OCI));
    const folder = join(tempFolder(), 'slim');
    const places = { source, target: `oci:${folder}:1` };
    const { target, images } = await again(places);
    const [digest] = images.map((image) => image.target?.digest as Digest);
    expect(await again(places)).toMatchObject({ upToDate: true, target });
    // Without a tag the image keeps the name it has in the source.
    expect(await again({ source, target: `oci:${folder}` })).toMatchObject({ upToDate: true });
    await rm(join(folder, 'blobs/sha256', hexOf(digest as Digest)));
    expect(await again(places)).toMatchObject({ upToDate: false, target });
    expect(await again(places)).toMatchObject({ upToDate: true, target });
  });

  test('needs the work where nothing could be recorded', async () => {
    const source = `oci:${join(tempFolder(), 'slim')}:1`;
    await again({ source: await layout(await sampleImage(['a', 'b'])), target: source });
    // It loses nothing more at another level, and is carried as it is.
    const places = { source, target: `${source}-lean`, level: 'lean' as const };
    expect(await again(places)).toMatchObject({ changed: false, upToDate: false });
    expect(await again(places)).toMatchObject({ changed: false, upToDate: false });
  });

  test.runIf(requireTools('strip'))('is done when tools outside take part', async () => {
    const source = await layout(await sampleImage(['a', 'b']));
    const places = { source, target: `oci:${join(tempFolder(), 'slim')}:1` };
    await again({ ...places, strip: true });
    expect(await again({ ...places, strip: true })).toMatchObject({ upToDate: false });
    expect(await again(places)).toMatchObject({ upToDate: false });
    expect(await again(places)).toMatchObject({ upToDate: true });
    // The record of the run before does not outlive it.
    const further = { source: places.target, target: `${places.target}-more` };
    await again({ ...further, strip: true, drop: ['/a.txt'] });
    expect(await again({ ...further, drop: ['/a.txt'] })).toMatchObject({ upToDate: false });
  });
});
