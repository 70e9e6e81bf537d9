import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copy } from '../../src/operations/copy.ts';
import { inspect } from '../../src/operations/inspect.ts';
import { slim } from '../../src/operations/slim.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import {
  describePlainRegistries,
  describeReferrersRegistries,
} from '../transport/registry/support/registries.ts';
import type { Server } from '../transport/registry/support/servers.ts';
import { named, sampleImage, sampleIndex, writeLayout } from '../transport/support/sample-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const slimTo = (source: string, target: string) =>
  slim({ source, target, profiles: ['none'], drop: ['/first.txt'], attest: true, network });

const source = async (): Promise<string> => {
  const folder = tempFolder();
  const image = await sampleImage(['first', 'second']);
  return `oci:${await writeLayout(join(folder, 'app'), [image], [named(image, '1')])}:1`;
};

const readBlob = async (layout: string, digest: string) =>
  JSON.parse(await readFile(join(layout, 'blobs', digest.replace(':', '/')), 'utf8')) as Record<
    string,
    never
  >;

test('--attest adds provenance and the report to a layout, the same bytes each time', async () => {
  const from = await source();
  const layout = join(tempFolder(), 'slim');
  const result = await slimTo(from, `oci:${layout}:1`);
  const { referrers, images } = await inspect({ source: `oci:${layout}:1`, network });
  expect(images).toMatchObject([
    { platform: 'linux/amd64', madeFrom: result.source.digest, layers: [{}] },
  ]);
  expect(images[0]?.recipe).toMatch(/^reslim .*drop=\/first\.txt/);
  expect(referrers.map(({ artifactType }) => artifactType).sort()).toEqual([
    'application/vnd.in-toto+json',
    'application/vnd.reslim.report.v1+json',
  ]);
  const documents = await Promise.all(
    referrers.map(async ({ digest }) => {
      const { subject, layers } = (await readBlob(layout, digest)) as unknown as {
        subject: { digest: string };
        layers: { digest: string; mediaType: string }[];
      };
      expect(subject.digest).toBe(result.target?.digest);
      return [layers[0]?.mediaType, await readBlob(layout, layers[0]?.digest ?? '')] as const;
    }),
  );
  const byType = new Map(documents);
  const hex = (digest = ''): object => ({ sha256: digest.slice('sha256:'.length) });
  expect(byType.get('application/vnd.in-toto+json')).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ digest: hex(result.target?.digest) }],
    predicate: {
      buildDefinition: {
        externalParameters: { options: { drop: ['/first.txt'] } },
        internalParameters: { images: [{ rules: [expect.stringContaining('first.txt')] }] },
        resolvedDependencies: [{ digest: hex(result.source.digest) }],
      },
      runDetails: { builder: { version: { reslim: expect.stringMatching(/^\d/) } } },
    },
  });
  expect(byType.get('application/vnd.reslim.report.v1+json')).toMatchObject({
    images: [{ dropped: [{ path: '/first.txt' }] }],
  });
  expect(JSON.stringify(documents)).not.toContain(layout);

  const again = join(tempFolder(), 'again');
  await slimTo(from, `oci:${again}:1`);
  expect((await inspect({ source: `oci:${again}:1`, network })).referrers).toEqual(referrers);
});

test('--attest is refused for an archive', async () => {
  const file = join(tempFolder(), 'x.tar');
  await expect(slimTo(await source(), `oci-archive:${file}`)).rejects.toMatchObject({
    code: 'usage',
  });
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

const suite = (start: () => Promise<Server>) => {
  let registry: Server;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry.close());

  test('the attestations of a slim image are listed by the registry, and a note names those of the source', async () => {
    const name = `${registry.host}/attested/app`;
    await slimTo(await source(), `docker://${name}:1`);
    expect((await inspect({ source: `${name}:1`, network })).referrers).toHaveLength(2);
    const again = await slim({
      source: `${name}:1`,
      target: `${name}:2`,
      profiles: ['none'],
      drop: ['/second.txt'],
      network,
    });
    expect(again.notes).toEqual([expect.stringMatching(/^2 signatures or attestations/)]);
    expect((await inspect({ source: `${name}:2`, network })).referrers).toEqual([]);
  });

  test('a note names attestations of one platform of the source', async () => {
    const amd = await sampleImage(['amd', 'first']);
    const arm = await sampleImage(['arm'], { platform: { os: 'linux', architecture: 'arm64' } });
    const index = sampleIndex([amd, arm]);
    const signature = await sampleImage(['signature']);
    const folder = tempFolder();
    const layout = await writeLayout(
      join(folder, 'app'),
      [index, signature],
      [named(index, '1'), named(signature, `${amd.root.digest.replace(':', '-')}.sig`)],
    );
    const name = `${registry.host}/platforms/app`;
    await copy({
      source: `oci:${layout}:1`,
      target: `docker://${name}:1`,
      referrers: true,
      network,
    });
    const { notes } = await slim({
      source: `${name}:1`,
      target: `${name}:2`,
      profiles: ['none'],
      drop: ['/first.txt'],
      network,
    });
    expect(notes).toEqual([expect.stringMatching(/^1 signature or attestation of the source/)]);
  });
};

describePlainRegistries('--attest with a registry', {}, suite);
describeReferrersRegistries('--attest with a registry that has the referrers API,', suite);
