import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseImageName } from '../../../src/oci/image-name.ts';
import { OCI } from '../../../src/oci/media-type.ts';
import {
  openRegistryTarget,
  type RegistryTargetOptions,
} from '../../../src/transport/registry/registry-target.ts';
import { isolated } from './support/fast.ts';
import { startFaultProxy, type FaultProxy } from './support/fault-proxy.ts';
import { inChunks, makeImage, push, type PushOptions, type TestImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import type { Server } from './support/servers.ts';

const breaking = async function* () {
  yield randomBytes(100_000);
  throw new Error('the source broke');
};

describeRegistries('an upload to a registry', {}, (start) => {
  let server: Server;
  let proxy: FaultProxy;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${server.host}`;
  });
  afterEach(() => proxy.close());

  const run = async (
    repository: string,
    image: TestImage,
    { options = {}, ...how }: PushOptions & { readonly options?: RegistryTargetOptions } = {},
  ): Promise<void> => {
    const target = openRegistryTarget(parseImageName(`${proxy.host}/${repository}`), {
      ...options,
      ...isolated(options),
    });
    try {
      await push(target, image, how);
    } finally {
      await target.close();
    }
  };
  const sent = (method: string, path: RegExp = /./) =>
    proxy.seen.filter((one) => one.method === method && path.test(one.path));
  const likeChunks = (size: number): void => {
    proxy.touch = (answer, method) =>
      method === 'POST'
        ? { ...answer, headers: { ...answer.headers, 'oci-chunk-min-length': String(size) } }
        : answer;
  };

  test('sends nothing again when nothing changed', async () => {
    const image = makeImage();
    await run('same/app:1.0', image);
    proxy.seen.length = 0;
    await run('same/app:2.0', image);
    expect(sent('POST')).toEqual([]);
    expect(sent('PATCH')).toEqual([]);
    expect(sent('PUT').map(({ path }) => path)).toEqual(['/v2/same/app/manifests/2.0']);
    proxy.seen.length = 0;
    // A tag that stays what it is needs no PUT, which registries with immutable tags would refuse.
    await run('same/app:2.0', image);
    const questions = proxy.seen.filter(({ path }) => path !== '/v2/');
    expect(questions.filter(({ method }) => method !== 'HEAD')).toMatchObject([
      { method: 'GET', path: `/v2/same/app/manifests/${image.root.digest}` },
    ]);
    await run('same/app:2.0', makeImage());
    expect(sent('PUT', /manifests\/2\.0/)).toHaveLength(1);
  });

  test('mounts blobs from the source repository', async () => {
    const image = makeImage();
    await run('mount/from:1.0', image);
    proxy.seen.length = 0;
    await run('mount/to:1.0', image, { options: { mountFrom: ['mount/none', 'mount/from'] } });
    expect(sent('POST', /from=mount%2Ffrom/)).toHaveLength(3);
    expect(sent('PUT', /uploads/)).toEqual([]);
  });

  test('uses the session of a refused mount and leaves none open', async () => {
    await run('mount/refused:1.0', makeImage(), { options: { mountFrom: ['mount/none'] } });
    const opened = sent('POST').length;
    expect(sent('PUT', /uploads/).length + sent('DELETE', /uploads/).length).toBe(opened);
  });

  test('sends a blob of known digest in one PUT, another in one PATCH', async () => {
    await run('one/put:1.0', makeImage());
    expect(sent('PATCH')).toEqual([]);
    expect(sent('PUT', /uploads/).map(({ headers }) => headers['content-length'])).toContain(
      '300000',
    );
    proxy.seen.length = 0;
    await run('one/patch:1.0', makeImage(), { isUnknown: true });
    expect(sent('PATCH')).toHaveLength(3);
    expect(sent('PATCH').map(({ headers }) => headers['content-range'])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('sends chunks as long as the registry wants them', async () => {
    likeChunks(128 * 1024);
    await run('chunks/app:1.0', makeImage({ layers: [randomBytes(300_000)] }), {
      options: { settings: { chunkSize: 1000 } },
    });
    const ranges = sent('PATCH').map(({ headers }) => headers['content-range']);
    const ofLayer = ['0-131071', '131072-262143', '262144-299999'];
    // The config is sent at the same time, in one chunk; it may come anywhere between.
    expect(ranges.filter((range) => ofLayer.includes(range ?? ''))).toEqual(ofLayer);
    expect(ranges).toHaveLength(ofLayer.length + 1);
  });

  test('sends a broken chunk again from the offset of the registry, never from 0 into an old session', async () => {
    likeChunks(65_536);
    let hit = 0;
    proxy.rules = [
      {
        matches: (method, _, headers) =>
          method === 'PATCH' && headers['content-range'] === '65536-131071',
        times: 1,
        act: ({ request }) => {
          hit++;
          request.socket.resetAndDestroy();
        },
      },
    ];
    await run('broken/app:1.0', makeImage({ layers: [randomBytes(300_000)] }), {
      options: { settings: { chunkSize: 1000 } },
    });
    expect(hit).toBe(1);
    expect(sent('GET', /uploads/)).toHaveLength(1);
    expect(
      sent('PATCH')
        .map(({ headers }) => headers['content-range'])
        .filter((range) => range?.startsWith('0-2') !== true && range?.startsWith('0-1') !== true),
    ).toEqual([
      '0-65535',
      '65536-131071',
      '65536-131071',
      '131072-196607',
      '196608-262143',
      '262144-299999',
    ]);
  });

  test.each([404, 416])('starts a new session when one answers %i', async (status) => {
    likeChunks(65_536);
    proxy.rules = [
      {
        matches: (method, _, headers) =>
          method === 'PATCH' && headers['content-range'] === '65536-131071',
        times: 1,
        act: ({ reply }) => reply({ status, headers: {}, body: Buffer.alloc(0) }),
      },
    ];
    await run('left/app:1.0', makeImage({ layers: [randomBytes(300_000)] }), {
      options: { settings: { chunkSize: 1000 } },
    });
    const sessions = new Map<string, string[]>();
    for (const { path, headers } of sent('PATCH')) {
      const key = path.split('?')[0] ?? '';
      sessions.set(key, [...(sessions.get(key) ?? []), headers['content-range'] ?? '']);
    }
    for (const ranges of sessions.values())
      expect(ranges.filter((range) => range.startsWith('0-'))).toHaveLength(1);
    expect([...sessions.values()].map((ranges) => ranges.length)).toContain(5);
  });

  test('understands a registry that counts bytes instead of naming the last one', async () => {
    likeChunks(65_536);
    const { touch } = proxy;
    proxy.touch = (answer, method, path) => {
      const touched = touch(answer, method, path);
      const last = Number(/^0-(\d+)$/.exec(String(touched.headers['range']))?.[1] ?? NaN);
      return method === 'PATCH' && last > 0
        ? { ...touched, headers: { ...touched.headers, range: `0-${last + 1}` } }
        : touched;
    };
    await run('counting/app:1.0', makeImage({ layers: [randomBytes(200_000)] }), {
      options: { settings: { chunkSize: 1000 } },
    });
    expect(sent('GET', /uploads/)).toEqual([]);
  });

  test('is cut into chunks when a body is too large for the registry', async () => {
    proxy.rules = [
      {
        matches: (method, path, headers) =>
          method !== 'GET' &&
          /uploads/.test(path) &&
          Number(headers['content-length'] ?? Infinity) > 1_500_000,
        times: Infinity,
        act: ({ reply }) => reply({ status: 413, headers: {}, body: Buffer.alloc(0) }),
      },
    ];
    await run('large/app:1.0', makeImage({ layers: [randomBytes(4_000_000)] }), {
      options: { settings: { chunkSize: 3_000_000 } },
    });
    expect(sent('PATCH').map(({ headers }) => headers['content-length'])).toContain('1500000');
  });

  test('is cancelled when the content has another digest than promised', async () => {
    const target = openRegistryTarget(parseImageName(`${proxy.host}/wrong/app:1.0`), isolated());
    const [layer] = makeImage().parts;
    const put = (bytes: Buffer) =>
      target.put(inChunks(bytes), {
        mediaType: OCI.layer,
        expected: {
          digest: layer?.descriptor.digest ?? 'sha256:',
          size: layer?.descriptor.size ?? 0,
        },
      });
    await expect(put(randomBytes(300_000))).rejects.toMatchObject({ code: 'mismatch' });
    await expect(put(randomBytes(299_999))).rejects.toMatchObject({ code: 'mismatch' });
    await expect(put(randomBytes(400_000))).rejects.toMatchObject({ code: 'mismatch' });
    expect(await target.has(layer?.descriptor as never)).toBe(false);
    await target.close();
    expect(sent('DELETE', /uploads/).length).toBeGreaterThan(0);
  });

  test('ends with the error of its content when that breaks off', async () => {
    const target = openRegistryTarget(parseImageName(`${proxy.host}/broken/off:1.0`), isolated());
    await expect(target.put(breaking(), { mediaType: OCI.layer })).rejects.toThrow(
      'the source broke',
    );
    await target.close();
  });

  test('asks for nothing that the registry has just confirmed, and for all that it has not', async () => {
    await run('confirmed/app:1.0', makeImage());
    // Each blob and the manifest, before they are sent.
    expect(sent('HEAD')).toHaveLength(4);
    proxy.touch = ({ headers, ...answer }) => {
      const { 'docker-content-digest': _, ...others } = headers;
      return { ...answer, headers: others };
    };
    proxy.seen.length = 0;
    await run('unconfirmed/app:1.0', makeImage());
    expect(sent('HEAD')).toHaveLength(8);
  });

  test('writes no tag for an image with a blob missing', async () => {
    const image = makeImage();
    await run('missing/app:0.9', image);
    proxy.seen.length = 0;
    const target = openRegistryTarget(parseImageName(`${proxy.host}/missing/app:1.0`), isolated());
    const [layer] = image.parts;
    proxy.rules = [
      // The registry loses a layer that was there before, between the push and the commit.
      {
        matches: (method, path) =>
          method === 'HEAD' && path.includes(layer?.descriptor.digest ?? '-'),
        after: 1,
        times: Infinity,
        act: ({ reply }) => reply({ status: 404, headers: {}, body: Buffer.alloc(0) }),
      },
    ];
    await expect(push(target, image)).rejects.toMatchObject({
      code: 'io',
      hint: expect.stringContaining('not changed') as string,
    });
    await target.close();
    expect(sent('PUT', /manifests\/1\.0/)).toEqual([]);
  });

  test('leaves no tag when the target is closed without a commit', async () => {
    await run('uncommitted/app:1.0', makeImage(), { skipCommit: true });
    expect((await fetch(`http://${server.host}/v2/uncommitted/app/manifests/1.0`)).status).toBe(
      404,
    );
  });

  test('ends at once when it is aborted', async () => {
    const stopper = new AbortController();
    proxy.rules = [
      {
        matches: (method, path) => method === 'PUT' && /uploads/.test(path),
        times: Infinity,
        act: () => stopper.abort(),
      },
    ];
    await expect(
      run('aborted/app:1.0', makeImage(), { options: { signal: stopper.signal } }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });
});
