import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { copy } from '../../src/operations/copy.ts';
import { inspect } from '../../src/operations/inspect.ts';
import type { CopyOptions } from '../../src/api/options.ts';
import type { CopyResult } from '../../src/api/results.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { fetchManifest } from '../transport/registry/support/fetch-manifest.ts';
import {
  describePlainRegistries,
  describeReferrersRegistries,
} from '../transport/registry/support/registries.ts';
import type { Server } from '../transport/registry/support/servers.ts';
import {
  blobOf,
  named,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const bring = (
  source: string,
  target: string,
  options: Partial<CopyOptions> = {},
): Promise<CopyResult> => copy({ source, target, network, ...options });

/** Something about an image, as cosign or oras make it. */
const artifactOn = (subject: SampleImage['root'], word: string): SampleImage => {
  const config = blobOf('{}', 'application/vnd.oci.empty.v1+json');
  const layer = blobOf(word, 'text/plain');
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.example.note',
      config: config.descriptor,
      layers: [layer.descriptor],
      subject,
    },
    'application/vnd.oci.image.manifest.v1+json',
  );
  return { root: manifest.descriptor, blobs: [config, layer, manifest] };
};

const makeIndex = async (): Promise<readonly [SampleImage, SampleImage]> => {
  const amd = await sampleImage(['amd', 'two']);
  const arm = await sampleImage(['arm'], { platform: { os: 'linux', architecture: 'arm64' } });
  return [sampleIndex([amd, arm]), amd];
};

const entriesOf = async (layout: string) => {
  const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };
  return manifests.map(({ digest, annotations }) => [
    digest,
    annotations?.['org.opencontainers.image.ref.name'],
  ]);
};

const suite = (start: () => Promise<Server>) => {
  let registry: Server;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry.close());

  test('all platforms are copied to a registry, to another repository, to an archive and back', async () => {
    const folder = tempFolder();
    const [index] = await makeIndex();
    const source = await writeLayout(join(folder, 'app'), [index], [named(index, '1')]);
    const places = [
      `oci:${source}:1`,
      `docker://${registry.host}/team/app:1`,
      `docker://${registry.host}/other/app:2`,
      `oci-archive:${join(folder, 'app.tar')}:1`,
      `oci:${join(folder, 'again')}:1`,
    ];
    for (const [at, target] of places.slice(1).entries()) {
      const result = await bring(places[at] as string, target);
      expect(result).toMatchObject({ changed: false, target: { digest: index.root.digest } });
    }
    expect(await entriesOf(join(folder, 'again'))).toEqual([[index.root.digest, '1']]);
  });

  test('one platform is copied with another compression', async () => {
    const folder = tempFolder();
    const [index, amd] = await makeIndex();
    const source = await writeLayout(join(folder, 'app'), [index], [named(index, '1')]);
    const target = `docker://${registry.host}/zstd/app:1`;
    const result = await bring(`oci:${source}:1`, target, {
      platform: 'linux/amd64',
      compression: 'zstd',
    });
    expect(result.changed).toBe(true);
    const { document } = await fetchManifest(registry.host, 'zstd/app', '1');
    const manifest = document as { layers: { mediaType: string }[]; annotations: object };
    expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar+zstd',
      'application/vnd.oci.image.layer.v1.tar+zstd',
    ]);
    expect(manifest.annotations).toMatchObject({ 'dev.reslim.source.digest': amd.root.digest });
  });

  test('referrers are copied by subject and by tag, with those of platforms and of referrers', async () => {
    const folder = tempFolder();
    const [index, amd] = await makeIndex();
    const sbom = artifactOn(index.root, 'sbom');
    const ofSbom = artifactOn(sbom.root, 'signature of the sbom');
    const ofAmd = artifactOn(amd.root, 'about amd64');
    const cosign = await sampleImage(['cosign']);
    const tag = `${index.root.digest.replace(':', '-')}.sig`;
    const others = [sbom, ofSbom, ofAmd].map(({ root }) => root);
    const source = await writeLayout(
      join(folder, 'app'),
      [index, sbom, ofSbom, ofAmd, cosign],
      [named(index, '1'), ...others, named(cosign, tag)],
    );
    const there = `docker://${registry.host}/signed/app:1`;
    const target = join(folder, 'back');
    expect(await bring(`oci:${source}:1`, there, { referrers: true })).toMatchObject({
      referrers: 4,
    });
    expect(await bring(there, `oci:${target}:1`, { referrers: true })).toMatchObject({
      referrers: 4,
    });
    const expected = [
      [index.root.digest, '1'],
      ...others.map(({ digest }) => [digest, undefined]),
      [cosign.root.digest, tag],
    ];
    expect((await entriesOf(target)).toSorted()).toEqual(expected.toSorted());
    // What speaks of an image does not make its name ambiguous.
    expect(await bring(`oci:${target}`, `oci:${join(folder, 'named')}:x`)).toMatchObject({
      target: { digest: index.root.digest },
    });
  });

  test('a failed copy names its source and target', async () => {
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const source = await writeLayout(join(folder, 'app'), [image], [named(image, '1')]);
    const [layer] = image.blobs;
    await rm(join(source, 'blobs', layer?.descriptor.digest.replace(':', '/') ?? ''));
    const target = `docker://${registry.host}/broken/app:1`;
    await expect(bring(`oci:${source}:1`, target)).rejects.toMatchObject({
      message: expect.stringContaining(source) as string,
    });
    await expect(bring(target, `oci:${join(folder, 'x')}`)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
};

describePlainRegistries('a copy with a registry', {}, suite);
describeReferrersRegistries('a copy with a registry that has the referrers API,', (start) => {
  suite(start);

  test.each([
    'application/vnd.oci.artifact.manifest.v1+json',
    'application/vnd.cncf.oras.artifact.manifest.v1+json',
  ])('%s is copied with its blobs', async (mediaType) => {
    const server = await start();
    onTestFinished(() => server.close());
    const folder = tempFolder();
    const image = await sampleImage(['a']);
    const blob = blobOf('a bill of materials', 'text/plain');
    const manifest = blobOf(
      {
        mediaType,
        artifactType: 'application/vnd.example.sbom',
        blobs: [blob.descriptor],
        subject: image.root,
      },
      mediaType,
    );
    const old: SampleImage = { root: manifest.descriptor, blobs: [blob, manifest] };
    const source = await writeLayout(
      join(folder, 'app'),
      [image, old],
      [named(image, '1'), old.root],
    );
    const places = [
      `oci:${source}:1`,
      `docker://${server.host}/old/app:1`,
      `docker://${server.host}/other/app:1`,
      `oci:${join(folder, 'back')}:1`,
    ];
    for (const [at, target] of places.slice(1).entries()) {
      const result = await bring(places[at] as string, target, { referrers: true });
      expect(result.referrers).toBe(1);
    }
    const { referrers } = await inspect({ source: places[3] as string, network });
    expect(referrers).toMatchObject([
      { digest: old.root.digest, artifactType: 'application/vnd.example.sbom' },
    ]);
    const path = join(folder, 'back/blobs', blob.descriptor.digest.replace(':', '/'));
    expect(await readFile(path, 'utf8')).toBe('a bill of materials');
  });
});

test('plain layers of a docker-archive are compressed where the target stores compressed layers', async () => {
  const folder = tempFolder();
  const image = await sampleImage(['plain']);
  const source = await writeLayout(join(folder, 'app'), [image], [named(image, '1')]);
  const archive = `docker-archive:${join(folder, 'app.tar')}:app:1`;
  await bring(`oci:${source}:1`, archive, { compression: 'none' });
  const result = await bring(archive, `oci:${join(folder, 'out')}:1`);
  const [[digest] = []] = await entriesOf(join(folder, 'out'));
  expect(result.target.digest).toBe(digest);
  const path = join(folder, 'out/blobs', digest?.replace(':', '/') ?? '');
  const { layers } = JSON.parse(await readFile(path, 'utf8')) as {
    layers: { mediaType: string }[];
  };
  expect(layers[0]?.mediaType).toMatch(/gzip$/);
});

test('referrers are left out of a copy into an archive', async () => {
  const folder = tempFolder();
  await expect(
    bring('oci:app', `oci-archive:${join(folder, 'x.tar')}`, { referrers: true }),
  ).rejects.toMatchObject({ code: 'usage' });
});
