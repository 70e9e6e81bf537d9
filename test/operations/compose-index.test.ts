import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IndexOptions } from '../../src/api/image-index.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { composeIndex } from '../../src/operations/compose-index.ts';
import { validate } from '../../src/operations/validate.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { fetchManifest } from '../transport/registry/support/fetch-manifest.ts';
import { describePlainRegistries } from '../transport/registry/support/registries.ts';
import type { Server } from '../transport/registry/support/servers.ts';
import {
  blobOf,
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

const AMD = { os: 'linux', architecture: 'amd64' };
const ARM = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const WIN = (version: string) => ({
  os: 'windows',
  architecture: 'amd64',
  'os.version': version,
});

const imageFor = (platform: object, word = 'word') => sampleImage([word], { platform });

const listed = (image: SampleImage, platform: object, more: object = {}): SampleImage => ({
  ...image,
  root: { ...image.root, platform, ...more } as SampleImage['root'],
});

/** BuildKit's attestation on an image. */
const attestationOn = (subject: SampleImage): SampleImage => {
  const config = blobOf('{}', 'application/vnd.oci.image.config.v1+json');
  const layer = blobOf('statement', 'application/vnd.in-toto+json');
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: config.descriptor,
      layers: [layer.descriptor],
      about: subject.root.digest,
    },
    OCI.manifest,
  );
  return listed(
    { root: manifest.descriptor, blobs: [config, layer, manifest] },
    { os: 'unknown', architecture: 'unknown' },
    {
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': subject.root.digest,
      },
    },
  );
};

/** A layout with images under the tags of their places, 0 and on; resolves with its folder. */
const writeImages = async (...images: readonly SampleImage[]): Promise<string> => {
  const folder = tempFolder();
  await writeLayout(
    join(folder, 'in'),
    images,
    images.map((image, at) => named(image, String(at))),
  );
  return folder;
};

const documentAt = async (layout: string, digest: Digest): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(layout, 'blobs', digest.replace(':', '/')), 'utf8')) as Record<
    string,
    unknown
  >;

const compose = async (folder: string, options: Partial<IndexOptions>) => {
  const layout = join(folder, 'out');
  const { base, add = [] } = options;
  const at = (tag: string) => `oci:${folder}/in:${tag}`;
  const result = await composeIndex({
    target: `oci:${layout}:new`,
    network,
    ...options,
    ...(base !== undefined && { base: at(base) }),
    add: add.map(at),
  });
  const document = await documentAt(layout, result.target.digest);
  return { result, document, layout };
};

test('an index is made of images, in their order, with the platforms of their configs', async () => {
  const [amd, arm] = [await imageFor(AMD, 'amd'), await imageFor(ARM, 'arm')];
  const folder = await writeImages(amd, arm);
  const { result, document, layout } = await compose(folder, {
    add: ['1', '0', '1'],
    annotations: { team: 'core' },
  });
  expect(document).toEqual({
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [
      { ...arm.root, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
      { ...amd.root, platform: { architecture: 'amd64', os: 'linux' } },
    ],
    annotations: { team: 'core' },
  });
  expect(result.entries).toMatchObject([
    { platform: 'linux/arm64/v8', digest: arm.root.digest, kind: 'image', added: true },
    { platform: 'linux/amd64', digest: amd.root.digest, added: true },
  ]);
  expect(await validate({ source: `oci:${layout}:new`, network })).toMatchObject({
    images: 2,
    valid: true,
  });
  const again = await compose(folder, { add: ['1', '0'], annotations: { team: 'core' } });
  expect(again.result.target.digest).toBe(result.target.digest);
});

test('two images for one platform are refused, or the later one replaces the other', async () => {
  const [one, two] = [await imageFor(AMD, 'one'), await imageFor(AMD, 'two')];
  const index = sampleIndex([
    listed(one, AMD),
    attestationOn(one),
    listed(await imageFor(ARM), ARM),
  ]);
  const folder = await writeImages(index, two);
  await expect(compose(folder, { base: '0', add: ['1'] })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^two images for linux\/amd64: /) as string,
    hint: '--replace lets the later one take the place',
  });
  const { result } = await compose(folder, { base: '0', add: ['1'], replace: true });
  expect(result.entries.map(({ platform, added }) => [platform, added])).toEqual([
    ['linux/amd64', true],
    ['linux/arm64/v8', false],
  ]);
  expect(result.removed.map(({ kind }) => kind)).toEqual(['image', 'attestation']);
});

test('builds of Windows that differ in their version are no rivals', async () => {
  const images = [await imageFor(WIN('10.0.1'), 'a'), await imageFor(WIN('10.0.2'), 'b')];
  const { document } = await compose(await writeImages(...images), { add: ['0', '1'] });
  expect(document['manifests']).toMatchObject([
    { platform: { 'os.version': '10.0.1' } },
    { platform: { 'os.version': '10.0.2' } },
  ]);
});

test('images of an index come in with what is said about them, or some platforms of it', async () => {
  const [amd, arm] = [await imageFor(AMD, 'amd'), await imageFor(ARM, 'arm')];
  const index = sampleIndex([
    listed(amd, AMD, { annotations: { stays: 'yes' } }),
    listed(arm, ARM),
    attestationOn(amd),
    attestationOn(arm),
  ]);
  const folder = await writeImages(index, await imageFor({ os: 'linux', architecture: 'riscv64' }));
  const { result, document } = await compose(folder, {
    add: ['1', '0'],
    addPlatforms: ['linux/riscv64', 'linux/amd64'],
  });
  expect(result.entries.map(({ platform, kind }) => [platform, kind])).toEqual([
    ['linux/riscv64', 'image'],
    ['linux/amd64', 'image'],
    ['unknown/unknown', 'attestation'],
  ]);
  expect(document['manifests']).toMatchObject([{}, { annotations: { stays: 'yes' } }, {}]);
  await expect(compose(folder, { add: ['0'], addPlatforms: ['linux/386'] })).rejects.toMatchObject({
    message: `no image for linux/386, oci:${folder}/in:0`,
    hint: 'there are images for linux/amd64, linux/arm64/v8',
  });
});

test('what an index has besides stays as it was when images come and go', async () => {
  const [amd, arm] = [await imageFor(AMD, 'amd'), await imageFor(ARM, 'arm')];
  const index = sampleIndex([listed(amd, AMD), listed(arm, ARM), attestationOn(arm)], {
    annotations: { a: '1', b: '2' },
    'com.example': { deep: [1] },
  });
  const folder = await writeImages(index);
  const { document, result } = await compose(folder, {
    base: '0',
    removePlatforms: ['linux/arm64'],
    annotations: { a: '9' },
    unsetAnnotations: ['b'],
  });
  expect(document).toEqual({
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [{ ...amd.root, platform: AMD }],
    annotations: { a: '9' },
    'com.example': { deep: [1] },
  });
  expect(result.removed).toHaveLength(2);
  const byDigest = await compose(folder, { base: '0', removeDigests: [arm.root.digest] });
  expect(byDigest.result.entries).toHaveLength(1);
});

test('annotations go to entries where platforms are named', async () => {
  const [amd, arm] = [await imageFor(AMD, 'amd'), await imageFor(ARM, 'arm')];
  const index = sampleIndex([
    listed(amd, AMD, { annotations: { a: '1' } }),
    listed(arm, ARM, { annotations: { a: '1' } }),
  ]);
  const folder = await writeImages(index);
  const { document } = await compose(folder, {
    base: '0',
    annotations: { b: '2' },
    unsetAnnotations: ['a'],
    annotatePlatforms: ['linux/arm64'],
  });
  expect(document).not.toHaveProperty('annotations');
  expect(document['manifests']).toMatchObject([
    { annotations: { a: '1' } },
    { annotations: { b: '2' } },
  ]);
});

test('an index is changed in place only where that is said; what is taken out is gone from a layout', async () => {
  const [amd, arm] = [await imageFor(AMD, 'amd'), await imageFor(ARM, 'arm')];
  const folder = await writeImages(sampleIndex([listed(amd, AMD), listed(arm, ARM)]));
  const layout = `oci:${folder}/in:0`;
  const request = { base: layout, target: layout, removePlatforms: ['linux/arm64'], network };
  await expect(composeIndex(request)).rejects.toMatchObject({ code: 'usage' });
  const before = await readdir(join(folder, 'in/blobs/sha256'));
  const { target } = await composeIndex({ ...request, inPlace: true });
  const after = await readdir(join(folder, 'in/blobs/sha256'));
  expect(after).toContain(target.digest.slice('sha256:'.length));
  for (const { descriptor } of arm.blobs)
    expect(after).not.toContain(descriptor.digest.slice('sha256:'.length));
  expect(before.length - after.length).toBe(3);
  expect(await validate({ source: layout, network })).toMatchObject({ images: 1, valid: true });
});

test.each<[Partial<IndexOptions>, string]>([
  [{ base: '1', add: ['0'] }, 'no index but one image'],
  [{ base: '0', removePlatforms: ['linux/386'] }, 'no image for linux/386'],
  [{ base: '0', removeDigests: [`sha256:${'0'.repeat(64)}`] }, 'the index does not list'],
  [{ base: '0', removeDigests: ['sha256:12'] }, 'not a digest: sha256:12'],
  [{ base: '0', removePlatforms: ['linux/amd64'] }, 'nothing would be left in the index'],
  [
    { base: '0', annotations: { a: '1' }, annotatePlatforms: ['linux/386'] },
    'no image for linux/386',
  ],
  [{ add: [] }, 'no image is named'],
  [{ add: ['1'], target: 'docker-archive:x.tar:a:1' }, 'no place for an index'],
])('%j is refused', async (options, message) => {
  const amd = await imageFor(AMD, 'amd');
  const folder = await writeImages(sampleIndex([listed(amd, AMD)]), amd);
  await expect(compose(folder, options)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message) as string,
  });
});

describePlainRegistries('an index', {}, (start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.close());

  test('is made in a registry, grows from archives and other repositories, and loses images', async () => {
    const [amd, arm, docker] = [
      await imageFor(AMD, 'amd'),
      await imageFor(ARM, 'arm'),
      await sampleImage(['docker'], {
        family: DOCKER,
        platform: { os: 'linux', architecture: 's390x' },
      }),
    ];
    const folder = await writeImages(amd, arm, docker);
    const at = (path: string) => `docker://${server.host}/${path}`;
    const from = (tag: string) => `oci:${folder}/in:${tag}`;
    await composeIndex({ add: [from('0')], target: at('one/app:amd'), network });
    await composeIndex({ add: [from('1')], target: at('two/app:arm'), network });
    const { target } = await composeIndex({
      add: [at('one/app:amd'), at('two/app:arm')],
      target: at('all/app:1'),
      network,
    });
    const { digest, document } = await fetchManifest(server.host, 'all/app', '1');
    expect(digest).toBe(target.digest);
    expect(document['manifests']).toMatchObject([
      { digest: amd.root.digest, platform: { architecture: 'amd64' } },
      { digest: arm.root.digest, platform: { architecture: 'arm64' } },
    ]);
    const grown = { base: at('all/app:1'), target: at('all/app:1'), inPlace: true, network };
    await composeIndex({ ...grown, add: [from('2')] });
    await composeIndex({ ...grown, removePlatforms: ['linux/amd64'] });
    const result = await fetchManifest(server.host, 'all/app', '1');
    expect(result.document['manifests']).toMatchObject([
      { digest: arm.root.digest },
      { digest: docker.root.digest, mediaType: DOCKER.manifest },
    ]);
    expect(await validate({ source: at('all/app:1'), network })).toMatchObject({
      images: 2,
      valid: true,
    });
    const all = await composeIndex({ add: [from('2')], target: at('docker/app:1'), network });
    expect(all.mediaType).toBe(DOCKER.index);
  });
});
