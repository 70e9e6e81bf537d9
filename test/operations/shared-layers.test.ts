import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { MirrorEntry, MirrorResult } from '../../src/api/mirror.ts';
import { mirror } from '../../src/operations/mirror.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { makeImage, makeIndex } from '../transport/registry/support/images.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

/* What a source is asked for when images that a mirror brings at once share layers, by the log of the server. */

const ARCHITECTURES = ['amd64', 'arm64'];
const REPOSITORIES = ['one', 'two', 'three', 'four'];

/** Rules have no part in this, and take long to load. */
const SLIM = { slim: { profiles: ['none'] } };

const fileLayer = (name: string): Promise<Buffer> =>
  layerTar([{ name, body: randomBytes(100_000).toString('hex') }]);

describe.runIf(requireTools('docker-registry'))('a layer that images of a mirror share', () => {
  let source: Distribution;
  let target: Distribution;
  let proxy: FaultProxy;
  let count = 0;
  /** Digests of the layers that all images of a platform have. */
  let bases: readonly string[];
  beforeAll(async () => {
    [source, target, proxy] = await Promise.all([
      startDistribution({ isInMemory: true, accessLog: true }),
      startDistribution({ isInMemory: true }),
      startFaultProxy(),
    ]);
    proxy.upstream = `http://${source.host}`;
    const layers = await Promise.all(ARCHITECTURES.map((name) => fileLayer(`usr/${name}`)));
    for (const repository of REPOSITORIES) {
      const images = ARCHITECTURES.map(async (architecture, at) => {
        const own = await fileLayer(`app/${repository}`);
        const both = [layers[at] as Buffer, own];
        return makeImage({ layers: both, architecture, isCompressed: true });
      });
      const made = await Promise.all(images);
      bases = made.map(({ parts }) => parts[0]?.descriptor.digest ?? '');
      await pushTo(`${source.host}/from/${repository}:1`, makeIndex(made));
    }
  });
  afterAll(() => Promise.all([source, target, proxy].map((one) => one?.close())));
  beforeEach(() => {
    proxy.rules = [];
    count++;
  });

  const bring = async (
    settings: Pick<MirrorEntry, 'copy' | 'slim'>,
    { host = source.host, hasCache = false }: { host?: string; hasCache?: boolean } = {},
  ): Promise<MirrorResult> => {
    const folder = join(tempFolder(), 'cache');
    const runtime = await openRuntime({ cache: hasCache ? { folder } : undefined });
    onTestFinished(() => runtime.close());
    const entries = REPOSITORIES.map((name) => ({
      from: `docker://${host}/from/${name}:1`,
      to: `docker://${target.host}/to${count}/${name}`,
      ...settings,
    }));
    return mirror({ entries, network, runtime, attempts: 1, concurrency: REPOSITORIES.length });
  };
  const reads = (digest: string, from: number): number =>
    (source.requests?.() ?? [])
      .slice(from)
      .filter((line) => line.startsWith('GET ') && line.includes(`/blobs/${digest} `)).length;
  const statuses = ({ outcomes }: MirrorResult): string[] =>
    outcomes.map(({ status }) => status).toSorted();

  test.each([
    ['slims without a cache', SLIM, false],
    ['slims with a cache', SLIM, true],
    ['copies', { copy: true }, false],
  ] as const)('is read once from the source for all of them: %s', async (_, settings, hasCache) => {
    const before = source.requests?.().length ?? 0;
    const result = await bring(settings, { hasCache });
    expect(statuses(result)).toEqual(REPOSITORIES.map(() => 'done'));
    expect(bases.map((digest) => reads(digest, before))).toEqual([1, 1]);
  });

  test('is read by another one where the first one fails', async () => {
    const digest = bases[0] as string;
    proxy.rules = [
      {
        matches: (method, path) => method === 'GET' && path.endsWith(digest),
        times: 1,
        act: async ({ forward, reply }) => {
          const answer = await forward();
          reply({ ...answer, body: Buffer.alloc(answer.body.length) });
        },
      },
    ];
    const before = source.requests?.().length ?? 0;
    const result = await bring(SLIM, { host: proxy.host });
    expect(statuses(result)).toEqual([...REPOSITORIES.slice(1).map(() => 'done'), 'failed']);
    expect(reads(digest, before)).toBe(2);
  });
});
