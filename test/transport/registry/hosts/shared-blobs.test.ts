import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { copy } from '../../../../src/operations/copy.ts';
import { parseImageName } from '../../../../src/oci/image-name.ts';
import {
  openHosts,
  type SharedHosts,
} from '../../../../src/transport/registry/hosts/open-hosts.ts';
import { openRegistryTarget } from '../../../../src/transport/registry/registry-target.ts';
import { severalTargets } from '../../../../src/write/several-targets.ts';
import { isolated } from '../support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { inChunks, makeImage, push } from '../support/images.ts';
import { describeRegistries } from '../support/registries.ts';
import { pullFrom, pushTo } from '../support/transfer.ts';
import { startWatchedRegistry, type WatchedRegistry } from './support/watched-registry.ts';

let hosts: SharedHosts;
beforeEach(() => {
  hosts = openHosts();
  onTestFinished(() => hosts.close());
});

const started = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
  const opened = await opening;
  onTestFinished(() => opened.close());
  return opened;
};

const REPOSITORIES = Array.from({ length: 10 }, (_, at) => `team/app-${at}`);

describeRegistries('a blob that several repositories share', {}, (start) => {
  test('is read and uploaded once, and mounted by the others', async () => {
    const [from, to] = [
      await started(start({ isInMemory: true })),
      await started(start({ isInMemory: true })),
    ];
    const proxies = [await started(startFaultProxy()), await started(startFaultProxy())];
    const [source, target] = proxies as [FaultProxy, FaultProxy];
    source.upstream = `http://${from.host}`;
    target.upstream = `http://${to.host}`;
    const image = makeImage();
    await pushTo(`${from.host}/base:1.0`, image);
    // With the usual timeouts: a busy machine would send again what is counted here.
    const { env, home } = isolated();
    await Promise.all(
      REPOSITORIES.map((repository) =>
        copy({
          source: `docker://${source.host}/base:1.0`,
          target: `docker://${target.host}/${repository}:1.0`,
          network: { hosts, env, home },
        }),
      ),
    );
    for (const { descriptor } of image.parts.slice(0, 3)) {
      const digest = encodeURIComponent(descriptor.digest);
      const paths = target.seen.map(({ method, path }) => `${method} ${path}`);
      expect(
        paths.filter((one) => one.startsWith('PUT') && one.includes(`digest=${digest}`)),
      ).toHaveLength(1);
      expect(paths.filter((one) => one.includes(`mount=${digest}&from=`))).toHaveLength(9);
    }
    for (const { seen } of proxies)
      expect(seen.filter(({ path }) => path === '/v2/')).toHaveLength(1);
    for (const repository of REPOSITORIES)
      expect(await pullFrom(`${to.host}/${repository}:1.0`)).toHaveProperty('size', 4);
  });
});

test('a blob that the registry has lost since is uploaded again by the next attempt', async () => {
  const registry = await started(startWatchedRegistry());
  const layers = [Buffer.from('a layer that both images have')];
  const [first, second] = [makeImage({ layers }), makeImage({ layers, architecture: 'arm64' })];
  const options = { options: { hosts } };
  await pushTo(`${registry.host}/app:1.0`, first, options);
  const layer = first.parts[0]?.descriptor.digest as string;
  registry.content.get('app')?.blobs.delete(layer);
  await expect(pushTo(`${registry.host}/app:2.0`, second, options)).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining('MANIFEST_BLOB_UNKNOWN'),
    hint: 'the tag was not changed; push again',
  });
  expect(registry.content.get('app')?.tags.has('2.0')).toBe(false);
  await pushTo(`${registry.host}/app:2.0`, second, options);
  expect(registry.content.get('app')?.blobs.has(layer)).toBe(true);
});

describe('an upload that others wait for', () => {
  const put = async (
    registry: WatchedRegistry,
    repository: string,
    content: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ) => {
    const name = parseImageName(`${registry.host}/${repository}:1.0`);
    const target = openRegistryTarget(name, isolated({ hosts, signal }));
    try {
      if (await target.has(blob.descriptor)) return 'had';
      await target.put(content, { ...blob.descriptor, expected: blob.descriptor, signal });
      return 'put';
    } finally {
      await target.close();
    }
  };
  const blob = makeImage().parts[0] as ReturnType<typeof makeImage>['parts'][number];
  const uploads = ({ seen }: WatchedRegistry): number =>
    seen.filter(({ method }) => method === 'PUT').length;

  /** Content that stops in the middle until it is told how it ends. */
  const halting = () => {
    let end: (how: 'well' | 'badly') => void = () => {};
    const ended = new Promise<'well' | 'badly'>((resolve) => (end = resolve));
    async function* content() {
      yield blob.bytes.subarray(0, 1000);
      if ((await ended) === 'badly') throw new Error('the source broke off');
      yield blob.bytes.subarray(1000);
    }
    return { content: content(), end: (how: 'well' | 'badly') => end(how) };
  };

  let isRead = false;
  async function* unread() {
    isRead = true;
    yield* inChunks(blob.bytes);
  }
  beforeEach(() => (isRead = false));

  test('spares them the content', async () => {
    const registry = await started(startWatchedRegistry());
    const { content, end } = halting();
    const first = put(registry, 'one', content);
    await sleep(200);
    const second = put(registry, 'two', unread());
    await sleep(200);
    end('well');
    await Promise.all([first, second]);
    expect(isRead).toBe(false);
    expect(uploads(registry)).toBe(1);
    expect(registry.content.get('two')?.blobs.size).toBe(1);
    expect(await put(registry, 'three', unread())).toBe('had');
  });

  test('leaves nothing to ask for: in the same repository no session looks for it, and others mount it', async () => {
    const registry = await started(startWatchedRegistry());
    const asked = (): string[] =>
      registry.seen
        .splice(0)
        .map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`)
        .filter((line) => line !== 'GET ');
    const { content, end } = halting();
    const first = put(registry, 'one', content);
    await sleep(200);
    asked();
    const second = put(registry, 'one', unread());
    await sleep(200);
    expect(asked()).toEqual([]);
    end('well');
    expect(await Promise.all([first, second])).toEqual(['put', 'put']);
    asked();
    expect(await put(registry, 'two', unread())).toBe('had');
    expect(asked()).toEqual([expect.stringMatching(/^POST blobs\/uploads\/\?mount=/) as string]);
  });

  test('is done by one of them where it fails', async () => {
    const registry = await started(startWatchedRegistry());
    const { content, end } = halting();
    const first = put(registry, 'one', content);
    await sleep(200);
    const others = [put(registry, 'two', unread()), put(registry, 'three', unread())];
    await sleep(200);
    end('badly');
    await expect(first).rejects.toThrow('the source broke off');
    await Promise.all(others);
    // Of the first, nothing was sent: it broke off in its first piece.
    expect(uploads(registry)).toBe(1);
    expect(registry.content.get('one')?.blobs.size ?? 0).toBe(0);
    expect(registry.content.get('three')?.blobs.size).toBe(1);
  });

  test('is not waited for by one that is stopped', async () => {
    const registry = await started(startWatchedRegistry());
    const { content, end } = halting();
    const first = put(registry, 'one', content);
    await sleep(200);
    const stop = new AbortController();
    const second = put(registry, 'two', unread(), stop.signal);
    await sleep(200);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    end('well');
    await first;
  });

  test('never makes two wait for each other, each with several targets', async () => {
    const [one, two] = [
      await started(startWatchedRegistry()),
      await started(startWatchedRegistry()),
    ];
    const image = makeImage({ layers: [Buffer.alloc(3_000_000, 'layer')] });
    const session = async (registries: readonly WatchedRegistry[], repository: string) => {
      const targets = registries.map(({ host }) =>
        openRegistryTarget(parseImageName(`${host}/${repository}:1.0`), isolated({ hosts })),
      );
      const both = severalTargets(targets.map((target) => ({ target, place: target.name })));
      await push(both.blobs, image, { skipCommit: true });
      await Promise.all(targets.map((target) => target.close()));
    };
    await Promise.all([
      session([one, two], 'a'),
      session([two, one], 'b'),
      session([one, two], 'c'),
      pushTo(`${two.host}/d:1.0`, image, { options: { hosts } }),
    ]);
    expect(two.content.get('d')?.tags.size).toBe(1);
    expect(one.content.get('c')?.blobs.size).toBe(2);
  });
});
