import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SlimOptions } from '../../src/api/options.ts';
import { DOCKER } from '../../src/oci/media-type.ts';
import { slim } from '../../src/operations/slim.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { FAST } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { named, sampleImage, writeLayout } from '../transport/support/sample-image.ts';

const network = {
  env: { PATH: process.env['PATH'] },
  home: '/nonexistent',
  settings: FAST,
};
const slimTo = (source: string, target: readonly string[], options: Partial<SlimOptions> = {}) =>
  slim({ source, target, profiles: ['none'], network, ...options });

let folder: string;
let source: string;
beforeEach(async () => {
  folder = tempFolder();
  const image = await sampleImage(['a', 'b']);
  source = `oci:${await writeLayout(join(folder, 'app'), [image], [named(image, '1')])}:1`;
});

const tagsOf = async (layout: string): Promise<(readonly [string, string])[]> => {
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations: Record<string, string> }[];
  };
  return index.manifests.map(({ digest, annotations }) => [
    annotations['org.opencontainers.image.ref.name'] ?? '',
    digest,
  ]);
};

test('two tags of a new layout, and an archive, get the same image', async () => {
  const layout = join(folder, 'slim');
  const archive = join(folder, 'slim.tar');
  const result = await slimTo(source, [`oci:${layout}:a`, `oci:${layout}:b`, archive]);
  const { digest } = result.target ?? {};
  expect(result.targets).toEqual([
    { name: `oci:${layout}:a`, digest, upToDate: false },
    { name: `oci:${layout}:b`, digest, upToDate: false },
    { name: `oci-archive:${archive}`, digest, upToDate: false },
  ]);
  expect(await tagsOf(layout)).toEqual([
    ['a', digest],
    ['b', digest],
  ]);
  await run('umoci', ['unpack', '--rootless', '--image', `${layout}:b`, join(folder, 'bundle')]);
  const inspected = await run('skopeo', ['inspect', '--raw', `oci-archive:${archive}`]);
  expect(inspected).toBe(await run('skopeo', ['inspect', '--raw', `oci:${layout}:a`]));
});

test('targets that take only OCI types make it an OCI image for all', async () => {
  const image = await sampleImage(['a', 'b'], { family: DOCKER });
  const docker = await writeLayout(join(folder, 'docker'), [image], [named(image, '1')]);
  const layout = join(folder, 'oci');
  const targets = [`docker-archive:${join(folder, 'docker.tar')}:app:1`, `oci:${layout}:1`];
  await slimTo(`oci:${docker}:1`, targets);
  const manifest = JSON.parse(await run('skopeo', ['inspect', '--raw', `oci:${layout}:1`]));
  expect(manifest.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
});

test('a target that is named twice is refused', async () => {
  const target = `oci:${join(folder, 'slim')}:a`;
  await expect(slimTo(source, [target, target])).rejects.toMatchObject({ code: 'usage' });
});

describe.runIf(requireTools('docker-registry', 'skopeo'))('with registries', () => {
  let registry: Distribution;
  let other: Distribution;
  let proxy: FaultProxy;
  let count = 0;
  beforeAll(async () => {
    registry = await startDistribution({ isInMemory: true });
    other = await startDistribution({ isInMemory: true });
  });
  afterAll(() => Promise.all([registry.close(), other.close()]));
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${registry.host}`;
  });
  afterEach(() => proxy.close());

  const digestAt = async (name: string): Promise<string> => {
    const command = ['inspect', '--tls-verify=false', '--format', '{{.Digest}}', name];
    return (await run('skopeo', command)).trim();
  };

  test('two tags of a repository cost one upload of each blob', async () => {
    const name = `docker://${proxy.host}/several/app-${count++}`;
    const { target } = await slimTo(source, [
      `${name}:1`,
      `${name}:latest`,
      `oci:${folder}/copy:1`,
    ]);
    const puts = proxy.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path);
    expect(puts.filter((path) => path.includes('/uploads/'))).toHaveLength(2);
    expect(puts.filter((path) => /manifests\/(1|latest)$/.test(path))).toHaveLength(2);
    for (const tag of ['1', 'latest'])
      expect(await digestAt(`${name}:${tag}`)).toBe(target?.digest);
    expect(await tagsOf(join(folder, 'copy'))).toEqual([['1', target?.digest]]);
  });

  test('only targets that lack the result are written', async () => {
    const name = `docker://${proxy.host}/several/app-${count++}`;
    const layout = join(folder, 'slim');
    await slimTo(source, [`${name}:1`]);
    proxy.seen.length = 0;
    const result = await slimTo(source, [`${name}:1`, `oci:${layout}:1`]);
    expect(result).toMatchObject({
      upToDate: false,
      images: [{}],
      targets: [{ upToDate: true }, { upToDate: false }],
    });
    expect(proxy.seen.filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([]);
    expect(await slimTo(source, [`${name}:1`, `oci:${layout}:1`])).toMatchObject({
      upToDate: true,
    });
  });

  test('one that fails does not keep the others from being written', async () => {
    proxy.rules = [
      {
        matches: (method, path) => method !== 'GET' && path.includes('/uploads/'),
        times: Infinity,
        act: ({ reply }) => reply({ status: 403, headers: {}, body: Buffer.alloc(0) }),
      },
    ];
    const repository = `several/app-${count++}`;
    const targets = [
      `docker://${proxy.host}/${repository}:1`,
      `docker://${other.host}/${repository}:1`,
      `docker://${proxy.host}/${repository}:latest`,
    ];
    const options = [source, ...targets.flatMap((target) => ['-o', target]), '--profile', 'none'];
    const { status, stdout, stderr } = await tryReslim(options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const digest = await digestAt(targets[1] as string);
    expect(stderr).toMatch(/^error: the registry answered 403/);
    expect(stderr).toContain(`hint: written: ${other.host}/${repository}:1 (${digest})\n`);
    expect(stderr).toContain(
      `hint: not written: ${proxy.host}/${repository}:1, ${proxy.host}/${repository}:latest\n`,
    );
  });

  test('one that breaks off in the middle of a layer is left out', async () => {
    const big = await sampleImage(['x'.repeat(2000), 'y']);
    const path = await writeLayout(join(folder, 'big'), [big], [named(big, '1')]);
    proxy.rules = [
      {
        matches: (method, to) =>
          method === 'PATCH' || (method === 'PUT' && to.includes('/uploads/')),
        times: Infinity,
        act: ({ request }) => void request.once('data', () => request.socket.destroy()),
      },
    ];
    const repository = `several/app-${count++}`;
    const layout = join(folder, 'slim');
    const targets = [`docker://${proxy.host}/${repository}:1`, `oci:${layout}:1`];
    await expect(slimTo(`oci:${path}:1`, targets, { compression: 'none' })).rejects.toMatchObject({
      code: 'io',
      origin: 'target',
      hint: expect.stringContaining('written: oci:') as string,
    });
    expect(await tagsOf(layout)).toHaveLength(1);
  });

  test('a source that breaks off writes none, and says nothing of targets', async () => {
    const targets = [`oci:${folder}/one:1`, `oci:${folder}/two:1`];
    await expect(slimTo(source, targets, { limits: { entryCount: 1 } })).rejects.toMatchObject({
      code: 'limit',
      hint: expect.not.stringContaining('written') as string,
    });
    await expect(readFile(join(folder, 'one/index.json'))).rejects.toThrow('ENOENT');
  });

  test('each gets its attestations', async () => {
    const name = `docker://${proxy.host}/several/app-${count++}`;
    const targets = [`${name}:1`, `oci:${folder}/slim:1`];
    await slimTo(source, targets, { attest: true });
    expect(await slimTo(source, targets, { attest: true })).toMatchObject({ upToDate: true });
  });
});

test('the summary and the report name all of them', async () => {
  const targets = [`oci:${folder}/one:1`, `oci:${folder}/two:1`];
  const report = join(folder, 'report.json');
  const options = [source, '-o', targets[0] as string, '-o', targets[1] as string];
  const { status, stdout } = await tryReslim([...options, '--report', report]);
  expect(status).toBe(0);
  expect(stdout.split('\n').slice(0, 2)).toEqual(
    targets.map(
      (target) => expect.stringMatching(new RegExp(`^${target} linux/amd64 sha256:`)) as string,
    ),
  );
  expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({
    target: { name: targets[0] },
    targets: targets.map((name) => ({ name, upToDate: false })),
  });
  expect((await tryReslim([source, '-o', '-', '-o', 'oci-archive:-'])).stderr).toMatch(
    /^error: only one archive can go to stdout/,
  );
});
