import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Descriptor } from '../../../src/oci/descriptor.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import { listReferrers } from '../../../src/transport/registry/referrers.ts';
import { openRepository } from '../../../src/transport/registry/repository.ts';
import { requireTools } from '../../support/requires.ts';
import { isolated } from './support/fast.ts';
import { startFaultProxy, type FaultProxy } from './support/fault-proxy.ts';
import { makeArtifact, makeImage } from './support/images.ts';
import { describePlainRegistries } from './support/registries.ts';
import { run, startReferrersRegistry, type Server } from './support/servers.ts';
import { pushTo } from './support/transfer.ts';

const LIMIT = 4 * 1024 * 1024;

describePlainRegistries('referrers are listed at a registry', {}, (start) => {
  let server: Server;
  let proxy: FaultProxy;
  const image = makeImage();
  const [sbom, signature] = [
    makeArtifact(image.root, 'application/x-sbom'),
    makeArtifact(image.root, 'application/x-signature'),
  ];
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${server.host}`;
  });
  afterEach(() => proxy.close());

  const pushAll = async (repository: string): Promise<void> => {
    await pushTo(`${proxy.host}/${repository}:1.0`, image);
    for (const artifact of [sbom, signature])
      await pushTo(`${proxy.host}/${repository}@${artifact.root.digest}`, artifact);
  };
  const list = async (name: string, artifactType?: string): Promise<readonly Descriptor[]> => {
    const repository = openRepository(
      { registry: proxy.host, repository: name },
      ['pull'],
      isolated(),
    );
    try {
      return await listReferrers(repository, image.root.digest, { artifactType, limit: LIMIT });
    } finally {
      await repository.client.close();
    }
  };
  const tagPuts = () =>
    proxy.seen.filter(
      ({ method, path }) => method === 'PUT' && path.includes('/manifests/sha256-'),
    );

  test('under a tag where the API is missing', async () => {
    await pushAll('refer/tag');
    expect(tagPuts()).toHaveLength(2);
    expect((await list('refer/tag')).map(({ digest }) => digest)).toEqual([
      sbom.root.digest,
      signature.root.digest,
    ]);
    expect(await list('refer/tag', 'application/x-sbom')).toMatchObject([
      {
        digest: sbom.root.digest,
        size: sbom.root.size,
        artifactType: 'application/x-sbom',
        annotations: { 'org.example.note': 'made for a test' },
      },
    ]);
    expect(await list('refer/none')).toEqual([]);
    await pushAll('refer/tag');
    expect(await list('refer/tag')).toHaveLength(2);
  });

  /** The API as the specification has it, one referrer a page. */
  const serveApi = (): void => {
    proxy.rules = [
      {
        matches: (method, path) => method === 'GET' && path.includes('/referrers/'),
        times: Infinity,
        act: ({ path, reply }) => {
          const at = Number(/[?&]page=(\d)/.exec(path)?.[1] ?? 0);
          const { root } = at === 0 ? sbom : signature;
          const manifests = [
            {
              mediaType: root.mediaType,
              digest: root.digest,
              size: root.size,
              artifactType: at === 0 ? 'application/x-sbom' : 'application/x-signature',
            },
          ];
          const link =
            at === 0
              ? { link: `<${path}${path.includes('?') ? '&' : '?'}page=1>; rel="next"` }
              : {};
          reply({
            status: 200,
            headers: { 'content-type': OCI.index, ...link },
            body: Buffer.from(
              JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests }),
            ),
          });
        },
      },
    ];
  };

  test('by the API, page by page, filtered by reslim where the registry does not', async () => {
    serveApi();
    expect((await list('refer/api')).map(({ digest }) => digest)).toEqual([
      sbom.root.digest,
      signature.root.digest,
    ]);
    expect(
      (await list('refer/api', 'application/x-signature')).map(({ digest }) => digest),
    ).toEqual([signature.root.digest]);
  });

  test('without a tag where the registry lists them, with or without a header about it', async () => {
    serveApi();
    await pushAll('refer/lists');
    proxy.touch = (answer, method) =>
      method === 'PUT'
        ? { ...answer, headers: { ...answer.headers, 'oci-subject': image.root.digest } }
        : answer;
    proxy.rules = [];
    await pushAll('refer/says');
    expect(tagPuts()).toEqual([]);
  });

  test('by tag when the answer of the API is no index', async () => {
    await pushAll('refer/page');
    const html = {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: Buffer.from('{}'),
    };
    proxy.rules = [
      {
        matches: (_method, path) => path.includes('/referrers/'),
        times: Infinity,
        act: ({ reply }) => reply(html),
      },
    ];
    expect(await list('refer/page')).toHaveLength(2);
  });
});

describe.runIf(requireTools('reslim-referrers-registry', 'crane', 'oras'))(
  'a registry with the referrers API',
  () => {
    let server: Server;
    beforeAll(async () => {
      server = await startReferrersRegistry();
    });
    afterAll(() => server.close());

    test('lists what reslim and oras pushed, without a tag, and by the type of the manifest', async () => {
      const image = makeImage();
      const sbom = makeArtifact(image.root, 'application/x-sbom');
      const name = `${server.host}/refer/live`;
      await pushTo(`${name}:1.0`, image);
      await pushTo(`${name}@${sbom.root.digest}`, sbom);
      expect((await run('crane', ['ls', name])).stdout).toBe('1.0\n');
      await run('oras', [
        'attach',
        '--plain-http',
        '--artifact-type=application/x-signature',
        '--annotation=org.example.key=none',
        `${name}:1.0`,
      ]);
      const repository = openRepository(
        { registry: server.host, repository: 'refer/live' },
        ['pull'],
        isolated(),
      );
      const all = await listReferrers(repository, image.root.digest, { limit: LIMIT });
      expect(all.map(({ artifactType }) => artifactType).toSorted()).toEqual([
        'application/x-sbom',
        'application/x-signature',
      ]);
      const artifactType = 'application/x-sbom';
      const some = await listReferrers(repository, image.root.digest, {
        limit: LIMIT,
        artifactType,
      });
      expect(some).toMatchObject([
        { digest: sbom.root.digest, annotations: { 'org.example.note': 'made for a test' } },
      ]);
      await repository.client.close();
      const { stdout } = await run('oras', [
        'discover',
        '--plain-http',
        '--format=tree',
        `${name}:1.0`,
      ]);
      expect(stdout).toContain(sbom.root.digest);
    });
  },
);
