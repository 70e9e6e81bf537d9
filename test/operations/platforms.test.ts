import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CopyOptions, SlimOptions } from '../../src/api/options.ts';
import type { Runtime } from '../../src/api/runtime.ts';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { copy } from '../../src/operations/copy.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import {
  blobOf,
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

const bring = (options: CopyOptions) => copy({ network, ...options });

const ALL = ['amd64', 'arm64', 's390x'] as const;
const WANTED = ['linux/arm64', 'linux/amd64'];

const imageFor = async (architecture: string, options: object = {}): Promise<SampleImage> => {
  const platform = { os: 'linux', architecture };
  const image = await sampleImage([architecture, 'shared'], { platform, ...options });
  return { ...image, root: { ...image.root, platform } };
};

/** BuildKit's provenance of an image, as a child of the same index. */
const attestationOf = ({ root }: SampleImage): SampleImage => {
  const config = blobOf({ of: root.digest }, OCI.config);
  const layer = blobOf({ about: root.digest }, 'application/vnd.in-toto+json');
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: config.descriptor,
      layers: [layer.descriptor],
    },
    OCI.manifest,
  );
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': root.digest,
  };
  const platform = { os: 'unknown', architecture: 'unknown' };
  return {
    root: { ...manifest.descriptor, annotations, platform },
    blobs: [config, layer, manifest],
  };
};

const layoutOf = (image: SampleImage): Promise<string> =>
  writeLayout(join(tempFolder(), 'app'), [image], [named(image, '1')]);

interface RawIndex {
  readonly mediaType: string;
  readonly manifests: readonly { digest: string; platform?: { architecture: string } }[];
  readonly annotations?: Record<string, string>;
  readonly 'org.example.kept'?: string;
}

describe.runIf(requireTools('docker-registry', 'skopeo'))('some platforms of an index', () => {
  let registry: Distribution;
  let images: readonly SampleImage[];
  let attestations: readonly SampleImage[];
  let index: SampleImage;
  let source: string;
  let runtime: Runtime;
  let count = 0;
  let target: string;
  beforeAll(async () => {
    registry = await startDistribution({ isInMemory: true });
    runtime = await openRuntime();
    images = await Promise.all(ALL.map((architecture) => imageFor(architecture)));
    attestations = images.map(attestationOf);
    index = sampleIndex([...images, ...attestations], {
      annotations: { 'org.opencontainers.image.version': '1.2' },
      'org.example.kept': 'as it is',
    });
    source = `oci:${await layoutOf(index)}:1`;
  });
  afterAll(async () => {
    await runtime.close();
    await registry.close();
  });
  beforeEach(() => {
    target = `docker://${registry.host}/part/app${++count}:1`;
  });

  const shrink = (options: SlimOptions) =>
    slim({ network, runtime, profiles: ['none'], ...options });
  /** Read by skopeo. */
  const rawIndex = async (name: string): Promise<RawIndex> => {
    const args = ['inspect', '--raw', ...(name.startsWith('oci:') ? [] : ['--tls-verify=false'])];
    return JSON.parse(await run('skopeo', [...args, name])) as RawIndex;
  };
  const architecturesOf = ({ manifests }: RawIndex) =>
    manifests.map(({ platform }) => platform?.architecture);
  const digests = (of: readonly SampleImage[]) => of.map(({ root }) => root.digest);

  test('are an index of their own, with their attestations and all members of the old one', async () => {
    const result = await bring({ source, target, platforms: WANTED });
    const found = await rawIndex(target);
    expect(found.manifests.map(({ digest }) => digest)).toEqual(
      digests([...images.slice(0, 2), ...attestations.slice(0, 2)]),
    );
    expect(found).toMatchObject({
      'org.example.kept': 'as it is',
      annotations: {
        'org.opencontainers.image.version': '1.2',
        'dev.reslim.source.digest': index.root.digest,
        'dev.reslim.recipe': 'reslim copy platform=linux/amd64,linux/arm64',
        'dev.reslim.recipe.digest': expect.stringMatching(/^sha256:/) as string,
      },
    });
    expect(result).toMatchObject({ changed: true, source: { digest: index.root.digest } });
    // All of it is there: skopeo copies it on, and gets the same.
    const place = `oci:${join(tempFolder(), 'all')}:1`;
    await run('skopeo', ['copy', '-q', '--all', '--src-tls-verify=false', target, place]);
    expect(await rawIndex(place)).toEqual(found);
    await expect(rawIndex(target.replace(/:1$/, `@${images[2]?.root.digest}`))).rejects.toThrow(
      'manifest unknown',
    );
  });

  test('are the same bytes each time, in whatever order and spelling they are asked for', async () => {
    const once = await bring({ source, target, platforms: WANTED });
    const again = await bring({ source, target, platforms: ['amd64', 'linux/aarch64'] });
    expect(again.target.digest).toBe(once.target.digest);
    const on = await bring({ source: target, target: `${target}-copy`, platforms: WANTED });
    expect(on).toMatchObject({ changed: false, target: { digest: once.target.digest } });
  });

  test('are the index itself where that has no others', async () => {
    const platforms = ALL.map((architecture) => `linux/${architecture}`);
    const result = await bring({ source, target, platforms });
    expect(result).toMatchObject({ changed: false, target: { digest: index.root.digest } });
  });

  test('that are missing are named, with those there are', async () => {
    const platforms = ['linux/amd64', 'linux/riscv64', 'windows/amd64'];
    await expect(bring({ source, target, platforms })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no image for linux/riscv64, windows/amd64') as string,
      hint: 'it has linux/amd64, linux/arm64, linux/s390x',
    });
  });

  test('of an image without an index are that image, if it is for one of them', async () => {
    const image = images[0] as SampleImage;
    const alone = `oci:${await layoutOf(image)}:1`;
    const result = await bring({ source: alone, target, platforms: WANTED });
    expect(result.target.digest).toBe(image.root.digest);
    await expect(
      bring({ source: alone, target, platforms: ['linux/s390x'] }),
    ).rejects.toMatchObject({ code: 'not-found', hint: 'it has linux/amd64' });
  });

  test('are known from configs where the index does not say them, and below other indexes', async () => {
    const silent = images.map(({ root, blobs }) => ({
      root: { ...root, platform: undefined },
      blobs,
    }));
    const below = sampleIndex(silent);
    const nested = sampleIndex([below, imageIn(images, 1)]);
    const place = `oci:${await layoutOf(nested)}:1`;
    await bring({ source: place, target, platforms: ['linux/s390x'] });
    const found = await rawIndex(target);
    expect(found.manifests).toHaveLength(1);
    const child = target.replace(/:1$/, `@${found.manifests[0]?.digest}`);
    expect((await rawIndex(child)).manifests.map(({ digest }) => digest)).toEqual(
      digests(images.slice(2)),
    );
  });

  test('of Docker are a list of Docker in a registry, and an OCI index in a layout', async () => {
    const family = { family: DOCKER };
    const docker = await Promise.all(ALL.map((architecture) => imageFor(architecture, family)));
    const place = `oci:${await layoutOf(sampleIndex(docker, { mediaType: DOCKER.index }))}:1`;
    await bring({ source: place, target, platforms: WANTED });
    const list = await rawIndex(target);
    expect(list).toMatchObject({ mediaType: DOCKER.index });
    expect(list).not.toHaveProperty('annotations');
    expect(architecturesOf(list)).toEqual(['amd64', 'arm64']);
    const layout = `oci:${join(tempFolder(), 'out')}:1`;
    await bring({ source: place, target: layout, platforms: WANTED });
    expect(await rawIndex(layout)).toMatchObject({ mediaType: OCI.index, annotations: {} });
  });

  test('have the referrers that speak of them, and not those of the whole index', async () => {
    const notes = [...images, index].map((image) => noteOn(image));
    const all = await writeLayout(
      join(tempFolder(), 'app'),
      [index, ...notes],
      [named(index, '1'), ...notes.map(({ root }) => root)],
    );
    const to = `oci:${join(tempFolder(), 'out')}:1`;
    const result = await bring({
      source: `oci:${all}:1`,
      target: to,
      platforms: WANTED,
      referrers: true,
    });
    expect(result).toMatchObject({
      referrers: 2,
      notes: [
        '1 signature or attestation of the source stay there: the new image has another digest',
      ],
    });
  });

  test('are slimmed like those of the whole index, and found again by their recipe', async () => {
    const whole = `${target}-whole`;
    await shrink({ source, target: whole });
    const first = await shrink({ source, target, platforms: WANTED });
    const [all, part] = [await rawIndex(whole), await rawIndex(target)];
    expect(first.images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(part.manifests).toEqual(all.manifests.slice(0, 2));
    expect(part.annotations).toMatchObject({
      'dev.reslim.source.digest': index.root.digest,
      'dev.reslim.recipe': `${all.annotations?.['dev.reslim.recipe']} platform=linux/amd64,linux/arm64`,
    });
    const again = await shrink({ source, target, platforms: ['linux/amd64', 'linux/arm64'] });
    expect(again).toMatchObject({ upToDate: true, target: { digest: first.target?.digest } });
    const fewer = await shrink({ source, target, platforms: ['linux/arm64'] });
    expect(fewer).toMatchObject({ upToDate: false });
    expect(architecturesOf(await rawIndex(target))).toEqual(['arm64']);
  });

  test('of Docker are found again, too', async () => {
    const family = { family: DOCKER };
    const docker = await Promise.all(ALL.map((architecture) => imageFor(architecture, family)));
    const place = `oci:${await layoutOf(sampleIndex(docker, { mediaType: DOCKER.index }))}:1`;
    await shrink({ source: place, target, platforms: WANTED });
    const again = () => shrink({ source: place, target, platforms: WANTED });
    expect(await again()).toMatchObject({ upToDate: true });
    expect(await shrink({ source: place, target })).toMatchObject({ upToDate: false });
    expect(await again()).toMatchObject({ upToDate: false });
  });

  test('are not asked for together with a single one', async () => {
    const both = { platform: 'linux/amd64', platforms: WANTED };
    await expect(bring({ source, target, ...both })).rejects.toMatchObject({ code: 'usage' });
  });
});

const imageIn = (images: readonly SampleImage[], at: number): SampleImage =>
  images[at] as SampleImage;

/** An artifact that refers to an image. */
const noteOn = ({ root }: SampleImage): SampleImage => {
  const config = blobOf('{}', 'application/vnd.oci.empty.v1+json');
  const { mediaType, digest, size } = root;
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType: 'application/vnd.example.note',
      config: config.descriptor,
      layers: [config.descriptor],
      subject: { mediaType, digest, size },
    },
    OCI.manifest,
  );
  return { root: manifest.descriptor, blobs: [config, manifest] };
};
