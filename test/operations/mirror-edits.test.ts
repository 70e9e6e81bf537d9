import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImageEdits } from '../../src/api/edits.ts';
import type { MirrorEntry, MirrorOptions, MirrorResult } from '../../src/api/mirror.ts';
import type { Runtime } from '../../src/api/runtime.ts';
import { DOCKER, OCI } from '../../src/oci/media-type.ts';
import { copy } from '../../src/operations/copy.ts';
import { mirror } from '../../src/operations/mirror.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTwoRegistries, type TwoRegistries } from '../support/two-registries.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { makeArtifact, makeImage, makeIndex } from '../transport/registry/support/images.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

interface ManifestText {
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
  readonly manifests: readonly { readonly digest: string }[];
}

const platformOf = async (architecture: string) =>
  makeImage({
    layers: [await layerTar(entriesOf(['app/', 'app/main=x', 'var/', 'var/log/', 'var/log/x=x']))],
    architecture,
    isCompressed: true,
  });

describe.runIf(requireTools('docker-registry', 'skopeo'))('edits of a mirror', () => {
  let registries: TwoRegistries;
  /** With a cache, and without one. */
  let runtimes: readonly [cached: Runtime, bare: Runtime];
  let count = 0;
  let from: string;
  let to: string;
  /** Of the source: an index of two platforms. */
  let original: string;
  let firstImage: string;

  beforeAll(async () => {
    registries = await startTwoRegistries();
    runtimes = [
      await openRuntime({ cache: { folder: join(tempFolder(), 'cache') } }),
      await openRuntime(),
    ];
    const amd64 = await platformOf('amd64');
    const index = makeIndex([amd64, await platformOf('arm64')]);
    original = index.root.digest;
    firstImage = amd64.root.digest;
    await pushTo(`${registries.sourceServer.host}/shop/app:1`, index);
  });
  afterAll(async () => {
    for (const runtime of runtimes ?? []) await runtime.close();
    await registries?.close();
  });
  beforeEach(() => {
    from = `docker://${registries.source.host}/shop/app:1`;
    to = `docker://${registries.target.host}/m/app${++count}:1`;
    for (const proxy of [registries.source, registries.target]) proxy.seen.splice(0);
  });

  const bring = (
    entry: Partial<MirrorEntry>,
    { runtime = runtimes[0], ...options }: Partial<MirrorOptions> = {},
  ): Promise<MirrorResult> =>
    mirror({
      network,
      runtime,
      attempts: 1,
      ...options,
      entries: [{ from, to, copy: true, ...entry }],
    });
  const outcome = async (entry: Partial<MirrorEntry>, options: Partial<MirrorOptions> = {}) => {
    const [only] = (await bring(entry, options)).outcomes;
    return { status: only?.reason ?? only?.status, digest: only?.targetDigest };
  };
  const asked = (): string[] =>
    [registries.source, registries.target].flatMap(({ seen }) =>
      seen
        .splice(0)
        .map(({ method, path }) => `${method} ${path}`)
        .filter((line) => line !== 'GET /v2/'),
    );
  /** Past the proxy, and without code of reslim. */
  const read = async (name: string, kind = 'manifests'): Promise<ManifestText> => {
    const [repository, reference] = name.split('@');
    const url = `http://${registries.targetServer.host}/v2/${repository}/${kind}/${reference}`;
    const types = [OCI.index, OCI.manifest, DOCKER.index, DOCKER.manifest];
    const answer = await fetch(url, { headers: types.map((type) => ['accept', type]) as never });
    return (await answer.json()) as ManifestText;
  };
  const configsAt = async (digest = ''): Promise<Record<string, unknown>[]> => {
    const repository = `m/app${count}`;
    const root = await read(`${repository}@${digest}`);
    const manifests = root.manifests
      ? await Promise.all(root.manifests.map((child) => read(`${repository}@${child.digest}`)))
      : [root];
    const configs = manifests.map(({ config }) => read(`${repository}@${config.digest}`, 'blobs'));
    return (await Promise.all(configs)).map(({ config }) => ({ ...config }));
  };

  test('are made on every platform, once: a second run asks for heads only', async () => {
    const edits = { labels: { team: 'shop' }, user: '1000' };
    const first = await outcome({ edits });
    expect(first.status).toBe('done');
    const edited = { Labels: { team: 'shop' }, User: '1000' };
    expect(await configsAt(first.digest)).toEqual([edited, edited]);
    const { annotations } = await read(`m/app${count}@1`);
    expect(annotations).toMatchObject({
      'dev.reslim.source.digest': original,
      'dev.reslim.recipe': expect.stringMatching(/^reslim \S+ copy label=team user=1000$/),
    });
    asked();
    expect(await outcome({ edits })).toEqual({ ...first, status: 'unchanged' });
    expect(asked().filter((line) => !line.startsWith('HEAD'))).toEqual([]);
    // What another machine knows only from the annotations of the index costs reading that.
    expect(await outcome({ edits }, { runtime: runtimes[1] })).toMatchObject({
      status: 'unchanged',
    });
    expect(asked().filter((line) => !line.startsWith('HEAD'))).toEqual([
      `GET /v2/m/app${count}/manifests/${first.digest}`,
    ]);
  });

  test('are those of reslim copy', async () => {
    const edits = { env: { A: 'b' }, annotations: { 'org.example.team': 'shop' } };
    const { digest } = await outcome({ edits });
    const target = `docker://${registries.targetServer.host}/copied/app:1`;
    expect(await copy({ source: from, target, edits, network })).toMatchObject({
      target: { digest },
    });
  });

  test('are noticed when they change, when they come and when they go', async () => {
    const plain = await outcome({});
    expect(plain).toEqual({ status: 'done', digest: original });
    const one = await outcome({ edits: { labels: { a: '1' } } });
    const two = await outcome({ edits: { labels: { a: '2' } } });
    expect([one.status, two.status]).toEqual(['done', 'done']);
    expect(new Set([plain.digest, one.digest, two.digest]).size).toBe(3);
    expect(await outcome({ edits: { labels: { a: '1' } } })).toEqual(one);
    expect(await outcome({})).toEqual(plain);
    expect(await outcome({ edits: {} })).toEqual({ ...plain, status: 'unchanged' });
  });

  test('that change nothing leave the digest, and an image that is there', async () => {
    const edits = { unsetLabels: ['nobody.has.it'], user: '' };
    for (const runtime of runtimes) {
      expect(await outcome({ edits }, { runtime })).toEqual({
        status: runtime === runtimes[0] ? 'done' : 'unchanged',
        digest: original,
      });
      expect((await outcome({ edits }, { runtime, dryRun: true })).status).toBe('unchanged');
    }
    asked();
    await outcome({ edits });
    expect(asked().filter((line) => !line.startsWith('HEAD'))).toEqual([]);
  });

  test('can be for one platform, or for the platforms that are taken', async () => {
    const edits: ImageEdits = { labels: { a: 'b' }, platforms: ['linux/arm64'] };
    const { digest } = await outcome({ edits });
    expect(await configsAt(digest)).toEqual([{}, { Labels: { a: 'b' } }]);
    for (const runtime of runtimes)
      expect((await outcome({ edits }, { runtime })).status).toBe('unchanged');
    const platforms = ['linux/arm64'];
    const partial = await outcome({ edits, platforms });
    expect(partial.status).toBe('done');
    expect(await configsAt(partial.digest)).toEqual([{ Labels: { a: 'b' } }]);
    for (const runtime of runtimes)
      expect((await outcome({ edits, platforms }, { runtime })).status).toBe('unchanged');
    expect((await outcome({ edits: { ...edits, platforms: ['linux/s390x'] } })).status).toMatch(
      /^--edit-platform: no image is for linux\/s390x/,
    );
  });

  test('that change nothing of the platforms that are taken leave their plain copy', async () => {
    const platforms = ['linux/arm64'];
    const plain = await outcome({ platforms });
    const edits = { unsetLabels: ['nobody.has.it'] };
    for (const runtime of runtimes)
      expect(await outcome({ edits, platforms }, { runtime })).toEqual({
        status: 'unchanged',
        digest: plain.digest,
      });
  });

  test('are recorded in configs where manifests are those of Docker', async () => {
    const name = `${registries.sourceServer.host}/shop/docker${count}:1`;
    const arch = ['--override-arch', 'amd64', '--override-os', 'linux'];
    const flags = ['-q', '--format', 'v2s2', '--src-tls-verify=false', '--dest-tls-verify=false'];
    const source = `docker://${registries.sourceServer.host}/shop/app:1`;
    await run('skopeo', [...arch, 'copy', ...flags, source, `docker://${name}`]);
    from = `docker://${registries.source.host}/shop/docker${count}:1`;
    const edits = { labels: { a: 'b' } };
    const first = await outcome({ edits });
    expect(first.status).toBe('done');
    expect((await read(`m/app${count}@1`)).mediaType).toBe(DOCKER.manifest);
    for (const runtime of runtimes)
      expect(await outcome({ edits }, { runtime })).toEqual({ ...first, status: 'unchanged' });
  });

  test('are those of a slim as well, below either name', async () => {
    const edits = { labels: { a: 'b' } };
    const profiles = ['none'];
    const slimmed = await outcome({ copy: false, slim: { profiles }, edits });
    expect(await configsAt(slimmed.digest)).toMatchObject([{ Labels: { a: 'b' } }, {}]);
    const below = await outcome({ copy: false, slim: { profiles, edits } });
    expect(below).toEqual({ ...slimmed, status: 'unchanged' });
    expect((await outcome({ copy: false, slim: { profiles } })).status).toBe('done');
    const own = { profiles, edits: { user: '2' } };
    const { digest } = await outcome({ copy: false, edits: { ...edits, user: '1' }, slim: own });
    expect((await configsAt(digest))[1]).toMatchObject({ Labels: { a: 'b' }, User: '2' });
    const target = `docker://${registries.targetServer.host}/slim/app:1`;
    const all = { ...edits, user: '2' };
    expect(await slim({ source: from, target, profiles, edits: all, network })).toMatchObject({
      target: { digest },
    });
  });

  test('keep what they replace, where that is asked for; a dry run writes nothing', async () => {
    await outcome({});
    asked();
    const edits = { labels: { a: 'b' } };
    const entry = { edits, backup: '{tag}-before' };
    expect((await outcome(entry, { dryRun: true })).status).toBe('done');
    expect(asked().filter((line) => /^(PUT|POST|PATCH)/.test(line))).toEqual([]);
    const { outcomes } = await bring(entry);
    expect(outcomes).toMatchObject([{ replaced: { digest: original, backup: '1-before' } }]);
    expect((await outcome(entry, { dryRun: true })).status).toBe('unchanged');
  });

  test.each(['oci:LAYOUT:1', 'oci-archive:x.tar', 'docker-archive:x.tar'])(
    'stand in %s once',
    async (place) => {
      to = place.replace(/:(\w)/, `:${tempFolder()}/$1`);
      from = `docker://${registries.source.host}/shop/app@${firstImage}`;
      const edits = { labels: { a: 'b' }, annotations: { c: 'd' } };
      const first = await outcome({ edits });
      expect(first.status).toBe('done');
      for (const runtime of runtimes)
        expect(await outcome({ edits }, { runtime })).toEqual({ ...first, status: 'unchanged' });
    },
  );

  test('that are wrong stop the run before anything is asked', async () => {
    const wrong: Partial<MirrorEntry>[] = [
      { edits: { user: 'a b' } },
      { edits: { platforms: ['linux/amd64'] } },
      { copy: false, slim: { edits: { expose: ['x'] } } },
      { edits: { labels: { a: 'b' } }, referrers: true },
      { edits: { labels: { a: 'b' } }, referrers: 'recheck' },
    ];
    for (const entry of wrong) await expect(bring(entry)).rejects.toMatchObject({ code: 'usage' });
    expect(asked()).toEqual([]);
  });

  test('leave out what refers to an image: it would not hold for the new one', async () => {
    const image = await platformOf('amd64');
    const name = `${registries.sourceServer.host}/shop/signed`;
    await pushTo(`${name}:1`, image);
    const sbom = makeArtifact(image.root, 'application/x-sbom');
    await pushTo(`${name}@${sbom.root.digest}`, sbom);
    from = `docker://${registries.source.host}/shop/signed:1`;
    expect((await outcome({ edits: { labels: { a: 'b' } } })).status).toBe('done');
    const missing = await read(`m/app${count}@${sbom.root.digest}`);
    expect(missing).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
  });
});
