import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MirrorEntry, MirrorOptions, MirrorResult } from '../../src/api/mirror.ts';
import type { Runtime } from '../../src/api/runtime.ts';
import { mirror } from '../../src/operations/mirror.ts';
import { OCI } from '../../src/oci/media-type.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { makeImage, makeIndex, type TestImage } from '../transport/registry/support/images.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const imageOf = async (word: string, architecture = 'amd64'): Promise<TestImage> =>
  makeImage({ layers: [await layerTar(entriesOf([`${word}=content`]))], architecture });

describe.runIf(requireTools('docker-registry', 'skopeo'))('a mirror keeps its target', () => {
  let registry: Distribution;
  let proxy: FaultProxy;
  let runtime: Runtime;
  let count = 0;
  let from: string;
  let to: string;
  beforeAll(async () => {
    [registry, runtime] = await Promise.all([
      startDistribution({ isInMemory: true }),
      openRuntime(),
    ]);
  });
  afterAll(async () => {
    await runtime.close();
    await registry.close();
  });
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${registry.host}`;
    from = `from/app${++count}`;
    to = `to/app${count}`;
  });
  afterEach(() => proxy.close());

  const push = async (tag: string, image = imageOf(tag)): Promise<void> =>
    pushTo(`${registry.host}/${from}:${tag}`, await image);
  const pushAll = async (...tags: readonly string[]): Promise<void> => {
    for (const tag of tags) await push(tag);
  };
  const keep = (
    entry: Partial<MirrorEntry> = {},
    options: Partial<MirrorOptions> = {},
  ): Promise<MirrorResult> => {
    const places = { from: `docker://${proxy.host}/${from}`, to: `docker://${proxy.host}/${to}` };
    const entries = [{ ...places, copy: true, ...entry }];
    return mirror({ network, runtime, backoff: 1, attempts: 1, ...options, entries });
  };
  /** Past the proxy, and without code of reslim. */
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://${registry.host}/v2/${path}`, { headers: { accept: OCI.manifest }, ...init });
  const tagsAt = async (name: string): Promise<string[]> =>
    ((await (await ask(`${name}/tags/list`)).json()) as { tags: string[] }).tags.toSorted();
  const digestAt = async (name: string, tag: string): Promise<string> =>
    (await ask(`${name}/manifests/${tag}`)).headers.get('docker-content-digest') ?? '';
  const removeAtSource = async (tag: string): Promise<void> => {
    await ask(`${from}/manifests/${await digestAt(from, tag)}`, { method: 'DELETE' });
  };
  const asked = (): string[] => proxy.seen.splice(0).map(({ method, path }) => `${method} ${path}`);
  const gone = { atMost: 2 };

  test('tags that the source has no longer are deleted, where that is asked for', async () => {
    await pushAll('1', '2', '3', 'edge');
    await keep({ gone });
    await removeAtSource('1');
    expect(await keep()).toMatchObject({ deleted: [] });
    const tags = ['2', 'edge'];
    expect(await keep({ gone, tags }, { dryRun: true })).toMatchObject({
      deleted: [{ target: `docker://${proxy.host}/${to}:1`, status: 'done' }],
    });
    expect(await tagsAt(to)).toEqual(['1', '2', '3', 'edge']);
    // What is no longer chosen, but still there, stays.
    const result = await keep({ gone, tags });
    expect(result).toMatchObject({ deleted: [{ status: 'done' }], failedEntries: [] });
    expect(await tagsAt(to)).toEqual(['2', '3', 'edge']);
  });

  test('nothing is deleted where an entry of another run brings images', async () => {
    await pushAll('1', '2');
    await keep({ gone });
    await removeAtSource('1');
    const to1 = `docker://${proxy.host}/${to}`;
    for (const [from1, deletes] of [
      [`docker://${proxy.host}/elsewhere/app`, false],
      [`docker://${proxy.host}/elsewhere/*`, false],
      [`docker://${proxy.host}/elsewhere/app:1`, false],
      [`docker://${proxy.host}/elsewhere/app:3`, true],
    ] as const)
      expect(
        (await keep({ gone }, { dryRun: true, others: [{ from: from1, to: to1 }] })).deleted,
      ).toHaveLength(deletes ? 1 : 0);
  });

  test('of too many none is deleted, and the entry fails', async () => {
    await pushAll('1', '2', '3', '4');
    await keep();
    for (const tag of ['1', '2', '3']) await removeAtSource(tag);
    const result = await keep({ gone });
    expect(result).toMatchObject({
      deleted: [],
      failedEntries: [
        {
          reason: `3 tags would be deleted, ${proxy.host}/${to}`,
          hint: expect.any(String) as string,
        },
      ],
    });
    expect(await tagsAt(to)).toEqual(['1', '2', '3', '4']);
  });

  test('nothing is deleted where the source cannot be listed, or lists nothing', async () => {
    await pushAll('1', '2');
    await keep({ gone });
    const path = `/v2/${from}/tags/list`;
    for (const answer of [
      { status: 500, body: Buffer.from('{}') },
      { status: 404, body: Buffer.from('{}') },
      { status: 200, body: Buffer.from('{"tags":[]}') },
      { status: 200, body: Buffer.from('{"tags":null}') },
    ]) {
      proxy.rules = [
        {
          matches: (_method, asks) => asks.startsWith(path),
          times: Infinity,
          act: ({ reply }) => reply({ headers: {}, ...answer }),
        },
      ];
      for (const tags of [undefined, ['1']])
        expect(await keep({ gone, tags })).toMatchObject({ deleted: [] });
    }
    expect(await tagsAt(to)).toEqual(['1', '2']);
  });

  test('tags that never change are not looked at once they are there', async () => {
    await pushAll('1.0.0', '1.0.1', 'latest');
    const immutable = ['*.*.*'];
    await keep({ immutable });
    const before = await digestAt(to, '1.0.0');
    await push('1.0.0', imageOf('overwritten'));
    await pushAll('1.0.2');
    asked();
    const result = await keep({ immutable });
    expect(
      result.outcomes.map(({ job, status }) => [job.source.split(':').at(-1), status]),
    ).toEqual(
      expect.arrayContaining([
        ['1.0.0', 'unchanged'],
        ['1.0.1', 'unchanged'],
        ['1.0.2', 'done'],
        ['latest', 'unchanged'],
      ]),
    );
    expect(asked().filter((line) => /manifests\/1\.0\.[01]$/.test(line))).toEqual([]);
    expect(await digestAt(to, '1.0.0')).toBe(before);
  });

  test('what is overwritten is kept by another tag, which is never taken for gone', async () => {
    await push('1');
    const backup = '{tag}-before-{digest}';
    await keep({ backup, gone });
    const before = await digestAt(to, '1');
    await push('1', imageOf('another'));
    const tag = `1-before-${before.slice(7, 19)}`;
    expect(await keep({ backup, gone }, { dryRun: true })).toMatchObject({
      outcomes: [{ status: 'done', replaced: { digest: before, backup: tag } }],
    });
    expect(await tagsAt(to)).toEqual(['1']);
    expect(await keep({ backup, gone })).toMatchObject({
      outcomes: [{ status: 'done', replaced: { digest: before, backup: tag } }],
      deleted: [],
    });
    expect(await digestAt(to, tag)).toBe(before);
    expect(await digestAt(to, '1')).toBe(await digestAt(from, '1'));
    expect(await keep({ backup, gone })).toMatchObject({ outcomes: [{ status: 'unchanged' }] });
    expect(await tagsAt(to)).toEqual(['1', tag].toSorted());
  });

  test.each([
    ['copied', { copy: true }],
    ['slimmed', { copy: false, slim: { level: 'lean' } }],
  ] as const)('some platforms of an index are %s once', async (_, how) => {
    const images = await Promise.all([imageOf('amd'), imageOf('arm', 'arm64')]);
    await push('1', Promise.resolve(makeIndex(images)));
    const entry = { ...how, platforms: ['linux/arm64'] };
    expect(await keep(entry)).toMatchObject({ outcomes: [{ status: 'done' }] });
    const place = `docker://${registry.host}/${to}:1`;
    const { manifests } = JSON.parse(
      await run('skopeo', ['inspect', '--raw', '--tls-verify=false', place]),
    ) as { manifests: { platform: object }[] };
    const platform = { os: 'linux', architecture: 'arm64' };
    expect(manifests).toEqual([expect.objectContaining({ platform })]);
    asked();
    expect(await keep(entry)).toMatchObject({ outcomes: [{ status: 'unchanged' }] });
    expect(asked().filter((line) => /PUT|POST|blobs/.test(line))).toEqual([]);
  });
});
