import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostTraffic } from '../../src/api/mirror.ts';
import { layerTar, entriesOf } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import {
  mirrorArgs,
  newMachine,
  rawManifest,
  startTwoRegistries,
  type TwoRegistries,
} from '../support/two-registries.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';
import type { FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { makeImage, makeIndex, type TestImage } from '../transport/registry/support/images.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';
import { run, type Distribution } from '../transport/registry/support/servers.ts';

/** Two layers that have something to lose: a log that the base profile removes, and a file that is deleted above. */
const appOf = async (version: string, created = '2026-01-05'): Promise<TestImage> =>
  makeImage({
    layers: [
      await layerTar(
        entriesOf([
          'app/',
          `app/main=run ${version}`,
          'app/old=gone',
          'var/',
          'var/log/',
          'var/log/x.log=x',
        ]),
      ),
      await layerTar(entriesOf(['app/', 'app/.wh.old'])),
    ],
    isCompressed: true,
    created: `${created}T12:00:00Z`,
  });

describe.runIf(requireTools('docker-registry', 'skopeo'))('mirror', () => {
  let registries: TwoRegistries;
  let sourceServer: Distribution;
  let targetServer: Distribution;
  let source: FaultProxy;
  let target: FaultProxy;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    registries = await startTwoRegistries();
    ({ sourceServer, targetServer, source, target } = registries);
    for (const tag of ['1.0.0', '1.1.0', '1.2.0', '1.3.0-rc1', '1.3.0', '2.0.0'])
      await pushTo(`${sourceServer.host}/shop/app:${tag}`, await appOf(tag));
    await pushTo(`${sourceServer.host}/shop/app:latest`, await appOf('2.0.0'));
  });
  beforeEach(() => {
    env = newMachine();
  });
  afterAll(() => registries?.close());

  const mirror = (from: string, to: string, ...args: readonly string[]): Promise<Outcome> =>
    tryReslim(mirrorArgs(registries, [from, to], ...args), { env });
  const inspect = async (name: string, server = targetServer): Promise<unknown> =>
    JSON.parse(await rawManifest(name, server));
  const tagsAt = async (repository: string): Promise<readonly string[]> => {
    const { stdout } = await run('skopeo', [
      'list-tags',
      '--tls-verify=false',
      `docker://${targetServer.host}/${repository}`,
    ]);
    return (JSON.parse(stdout) as { Tags: string[] }).Tags;
  };
  /** `METHOD path` of what a server was asked since the last time. */
  const asked = ({ seen }: FaultProxy): readonly string[] =>
    seen.splice(0).map(({ method, path }) => `${method} ${path}`);

  test('slims the tags that a range asks for, the newest ones; a second run asks for heads only', async () => {
    const args = ['shop/app', 'm/app', '--tags', '>=1 <2', '--newest', '2'] as const;
    const first = await mirror(...args);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(await tagsAt('m/app')).toEqual(['1.2.0', '1.3.0']);
    expect(await inspect('m/app:1.3.0')).toMatchObject({
      layers: [expect.anything()],
      annotations: { 'dev.reslim.source.digest': expect.stringMatching(/^sha256:/) },
    });
    asked(source);
    asked(target);
    expect(await mirror(...args)).toMatchObject({ status: 0 });
    expect(asked(source).toSorted()).toEqual([
      'GET /v2/',
      'GET /v2/shop/app/tags/list?n=1000',
      'HEAD /v2/shop/app/manifests/1.2.0',
      'HEAD /v2/shop/app/manifests/1.3.0',
    ]);
    expect(asked(target).toSorted()).toEqual([
      'GET /v2/',
      'HEAD /v2/m/app/manifests/1.2.0',
      'HEAD /v2/m/app/manifests/1.3.0',
    ]);
  });

  test('all images of a run share what is known of each host, and what was exchanged is counted', async () => {
    asked(source);
    const before = target.seen.length;
    const { stdout } = await mirror('shop/app', 'm/counted', '--tags', '>=1', '--json');
    const { hosts } = JSON.parse(stdout) as { hosts: readonly HostTraffic[] };
    const requests = { source: source.seen.length, target: target.seen.length - before };
    const of = ({ host }: FaultProxy) =>
      Object.values(hosts.find((one) => one.host === host)?.requests ?? {}).reduce(
        (a, b) => a + b,
        0,
      );
    expect({ source: of(source), target: of(target) }).toEqual(requests);
    for (const { seen } of [source, target])
      expect(seen.filter(({ path }) => path === '/v2/')).toHaveLength(1);
  });

  test('a machine that knows nothing of earlier runs reads the annotations of what is there', async () => {
    const args = ['shop/app', 'm/fresh', '--tags', '1.0.0'] as const;
    await mirror(...args);
    env = newMachine();
    asked(source);
    asked(target);
    expect(await mirror(...args)).toMatchObject({ status: 0 });
    expect(asked(source)).toEqual(['GET /v2/', 'HEAD /v2/shop/app/manifests/1.0.0']);
    expect(asked(target)).toEqual([
      'GET /v2/',
      'HEAD /v2/m/fresh/manifests/1.0.0',
      expect.stringMatching(/^GET \/v2\/m\/fresh\/manifests\/sha256:/),
    ]);
  });

  test('only what changed at the source is done again, and everything after a change of the recipe', async () => {
    await pushTo(`${sourceServer.host}/shop/moving:a`, await appOf('a'));
    await pushTo(`${sourceServer.host}/shop/moving:b`, await appOf('b'));
    const args = ['shop/moving', 'm/moving', '--json'] as const;
    const statuses = ({ stdout }: Outcome): unknown =>
      (JSON.parse(stdout) as { images: { target: string; status: string }[] }).images.map(
        (image) => [image.target.slice(-1), image.status],
      );
    expect(statuses(await mirror(...args))).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ]);
    await pushTo(`${sourceServer.host}/shop/moving:b`, await appOf('c'));
    expect(statuses(await mirror(...args))).toEqual([
      ['a', 'unchanged'],
      ['b', 'done'],
    ]);
    const lean = [...args, '--level', 'lean'] as const;
    expect(statuses(await mirror(...lean))).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ]);
    expect(statuses(await mirror(...lean))).toEqual([
      ['a', 'unchanged'],
      ['b', 'unchanged'],
    ]);
  });

  test('--copy keeps every byte of an index', async () => {
    const index = makeIndex([
      await appOf('x'),
      makeImage({ layers: [Buffer.alloc(9)], architecture: 'arm64' }),
    ]);
    await pushTo(`${sourceServer.host}/shop/index:1`, index);
    expect(await mirror('shop/index', 'm/index', '--copy')).toMatchObject({ status: 0 });
    expect(await inspect('m/index:1')).toEqual(await inspect('shop/index:1', sourceServer));
    asked(source);
    asked(target);
    expect(await mirror('shop/index', 'm/index', '--copy', '--tags', '1')).toMatchObject({
      status: 0,
    });
    expect([...asked(source), ...asked(target)]).toEqual([
      'GET /v2/',
      'HEAD /v2/shop/index/manifests/1',
      'GET /v2/',
      'HEAD /v2/m/index/manifests/1',
    ]);
  });

  test.each([['--copy'], ['--profile', 'none']])(
    'edits of images are made once, and again when they change: %s',
    async (...how) => {
      const words = [
        ...[
          '--label',
          'team=shop',
          '--unset-label',
          'old',
          '--env',
          'LOG=json',
          '--unset-env',
          'X',
        ],
        ...['--annotation', 'note=a b', '--unset-annotation', 'none', '--entrypoint', '/app/main'],
        ...['--cmd', '["a", "b c"]', '--user', '1:1', '--workdir', '/app', '--expose', '8080'],
        ...['--unset-expose', '80', '--volume', '/data', '--unset-volume', '/old'],
        ...['--stop-signal', 'int', '--healthcheck', 'CMD /app/main check', '--scrub-build-args'],
        ...['--created', '2026-01-01T00:00:00Z', '--edit-platform', 'linux/amd64'],
      ];
      const repository = `m/edited${how.length}`;
      const mirrorWith = (...more: readonly string[]): Promise<Outcome> =>
        mirror('shop/app', repository, '--tags', '1.0.0', ...how, ...words, ...more);
      expect(await mirrorWith()).toMatchObject({ status: 0, stderr: '' });
      const name = `${targetServer.host}/${repository}:1.0.0`;
      const reading = ['inspect', '--config', '--raw', '--tls-verify=false', `docker://${name}`];
      expect(JSON.parse((await run('skopeo', reading)).stdout)).toMatchObject({
        created: '2026-01-01T00:00:00Z',
        config: {
          Labels: { team: 'shop' },
          Env: ['LOG=json'],
          Entrypoint: ['/app/main'],
          Cmd: ['a', 'b c'],
          User: '1:1',
          WorkingDir: '/app',
          ExposedPorts: { '8080/tcp': {} },
          Volumes: { '/data': {} },
          StopSignal: 'SIGINT',
          Healthcheck: { Test: ['CMD-SHELL', '/app/main check'] },
        },
      });
      expect(await inspect(`${repository}:1.0.0`)).toMatchObject({ annotations: { note: 'a b' } });
      const statusOf = async (...more: readonly string[]): Promise<string | undefined> => {
        const { stdout: json } = await mirrorWith(...more, '--json');
        return (JSON.parse(json) as { images: { status: string }[] }).images[0]?.status;
      };
      expect(await statusOf()).toBe('unchanged');
      expect(await statusOf('--label', 'team=other', '--dry-run')).toBe('done');
      expect(await statusOf('--label', 'team=other')).toBe('done');
    },
  );

  test('some platforms of an index are an index of their own, and are not copied again', async () => {
    const other = makeImage({ layers: [Buffer.alloc(9)], architecture: 'arm64' });
    await pushTo(`${sourceServer.host}/shop/both:1`, makeIndex([await appOf('x'), other]));
    const args = ['shop/both', 'm/both', '--copy', '--platform', 'linux/arm64'] as const;
    expect(await mirror(...args)).toMatchObject({ status: 0 });
    expect(await inspect('m/both:1')).toMatchObject({ manifests: [{ digest: other.root.digest }] });
    expect((await mirror(...args)).stdout).toContain('1 unchanged');
  });

  test('platforms that are named later leave out the others, and all of them are the index as it is', async () => {
    const other = makeImage({ layers: [Buffer.alloc(8)], architecture: 'arm64' });
    await pushTo(`${sourceServer.host}/shop/later:1`, makeIndex([await appOf('y'), other]));
    const copy = (...args: readonly string[]): Promise<Outcome> =>
      mirror('shop/later', 'm/later', '--copy', ...args);
    await copy();
    const both = ['--platform', 'linux/amd64,linux/arm64', '--backup', 'old-{tag}'] as const;
    expect((await copy(...both)).stdout).toContain('1 unchanged');
    expect(await inspect('m/later:1')).toEqual(await inspect('shop/later:1', sourceServer));
    expect((await copy('--platform', 'linux/arm64')).stdout).toContain('1 copied');
    expect(await inspect('m/later:1')).toMatchObject({
      manifests: [{ digest: other.root.digest }],
    });
    expect(await tagsAt('m/later')).toEqual(['1']);
  });

  test('an image that fails is tried again and told in the end; others are not concerned', async () => {
    const { status, stdout } = await mirror(
      'shop/app',
      'm/partly',
      '--tags',
      '1.0.0',
      '--tags',
      'none',
    );
    expect(status).toBe(1);
    expect(stdout).toContain('none');
    expect(await tagsAt('m/partly')).toEqual(['1.0.0']);
  });

  test('images that are too young wait, and do not count among the newest', async () => {
    const today = new Date().toISOString().slice(0, 10);
    await pushTo(`${sourceServer.host}/shop/aged:1.0`, await appOf('1', '2026-01-01'));
    await pushTo(`${sourceServer.host}/shop/aged:1.1`, await appOf('2', '2026-02-01'));
    await pushTo(`${sourceServer.host}/shop/aged:1.2`, await appOf('3', today));
    const { status, stdout } = await mirror(
      'shop/aged',
      'm/aged',
      '--newest',
      '1',
      '--min-age',
      '3d',
    );
    expect(status).toBe(0);
    expect(stdout).toContain('1 waiting');
    expect(await tagsAt('m/aged')).toEqual(['1.1']);
    // Its config may say what it likes: the tag was not there a moment ago.
    await pushTo(`${sourceServer.host}/shop/aged:1.3`, await appOf('4', '2026-01-01'));
    await mirror('shop/aged', 'm/aged', '--newest', '1', '--min-age', '3d');
    expect(await tagsAt('m/aged')).toEqual(['1.1']);
  });

  test('--dry-run writes nothing', async () => {
    asked(target);
    const { status } = await mirror('shop/app', 'm/dry', '--tags', '1.0.0', '--dry-run');
    expect(status).toBe(0);
    expect(asked(target).filter((line) => !/^(HEAD|GET)/.test(line))).toEqual([]);
  });

  test.each([
    [['--copy', '--level', 'lean', '--tags', '1.0.0'], '--copy leaves all files of an image'],
    [['--label', 'a b=c', '--tags', '1.0.0'], '--label has no valid name'],
    [['--edit-platform', 'linux/amd64', '--tags', '1.0.0'], 'nothing is edited'],
    [['--copy', '--referrers', '--label', 'a=b', '--tags', '1.0.0'], 'referrers cannot be copied'],
    [['--tag-as', 'same'], 'would both be'],
    [['--tag-as', '{what}', '--tags', '1.0.0'], 'unknown {what}'],
    [['--min-age', 'soon'], '--min-age is not a time'],
  ])('%j is wrong usage', async (args, message) => {
    const { status, stderr } = await mirror('shop/app', 'm/never', ...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });
});
