import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MirrorEntry, MirrorOptions, MirrorResult } from '../../src/api/mirror.ts';
import type { Runtime } from '../../src/api/runtime.ts';
import { mirror } from '../../src/operations/mirror.ts';
import { openRuntime } from '../../src/operations/runtime.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { NETWORK as network } from '../transport/registry/support/fast.ts';
import { startFaultProxy, type FaultProxy } from '../transport/registry/support/fault-proxy.ts';
import { makeArtifact, makeImage, type TestImage } from '../transport/registry/support/images.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const imageOf = async (word: string): Promise<TestImage> =>
  makeImage({ layers: [await layerTar(entriesOf([`${word}=content`]))] });

const snapshot = async (folder: string): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path] = (await stat(path)).mtimeMs;
  }
  return found;
};

describe.runIf(requireTools('docker-registry', 'skopeo', 'umoci'))('a mirror', () => {
  let registry: Distribution;
  let proxy: FaultProxy;
  let runtime: Runtime;
  beforeAll(async () => {
    [registry, runtime] = await Promise.all([
      startDistribution({ isInMemory: true }),
      openRuntime(),
    ]);
    for (const name of ['team/api:1', 'team/api:2', 'team/web:1', 'team/deep/db:1', 'other/x:1'])
      await pushTo(`${registry.host}/${name}`, await imageOf(name.replace(/\W/g, '-')));
  });
  afterAll(async () => {
    await runtime.close();
    await registry.close();
  });
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${registry.host}`;
  });
  afterEach(() => proxy.close());

  const bring = (
    entry: Pick<MirrorEntry, 'from' | 'to'> & Partial<MirrorEntry>,
    options: Partial<MirrorOptions> = {},
  ): Promise<MirrorResult> =>
    mirror({
      network,
      runtime,
      attempts: 1,
      ...options,
      entries: [{ copy: true, ...entry }],
    });
  const statuses = ({ outcomes }: MirrorResult): Record<string, string> =>
    Object.fromEntries(
      outcomes.map(({ job, status, reason }) => [
        job.source.split('/').slice(3).join('/'),
        reason ?? status,
      ]),
    );
  const at = (path: string): string => `docker://${proxy.host}/${path}`;
  const digestAt = async (name: string): Promise<string> =>
    (
      await run('skopeo', ['inspect', '--tls-verify=false', '--format', '{{.Digest}}', name])
    ).trim();
  const asked = (): string[] => proxy.seen.splice(0).map(({ method, path }) => `${method} ${path}`);

  test('takes the repositories of a registry that fit a glob', async () => {
    const result = await bring({ from: at('team/*'), to: at('mirror/{repository}') });
    expect(statuses(result)).toEqual({
      'team/api:1': 'done',
      'team/api:2': 'done',
      'team/web:1': 'done',
    });
    const deep = await bring({ from: at('team/**'), to: at('mirror/{repository}'), tags: ['1'] });
    expect(statuses(deep)).toEqual({
      'team/api:1': 'unchanged',
      'team/web:1': 'unchanged',
      'team/deep/db:1': 'done',
    });
    expect(await digestAt(`docker://${registry.host}/mirror/team/deep/db:1`)).toBe(
      await digestAt(`docker://${registry.host}/team/deep/db:1`),
    );
  });

  test('says so where nothing fits, or the registry lists nothing', async () => {
    const to = at('mirror/{repository}');
    expect(await bring({ from: at('nobody/*'), to })).toMatchObject({
      failedEntries: [{ reason: expect.stringContaining('fits nobody/*') as string }],
    });
    for (const status of [401, 403, 404]) {
      proxy.rules = [
        {
          matches: (_method, path) => path.startsWith('/v2/_catalog'),
          times: Infinity,
          act: ({ reply }) => reply({ status, headers: {}, body: Buffer.from('{}') }),
        },
      ];
      expect(await bring({ from: at('team/*'), to })).toMatchObject({
        outcomes: [],
        failedEntries: [
          {
            reason: `the registry lists no repositories for this login, ${proxy.host}`,
            hint: expect.stringContaining('name them one by one') as string,
          },
        ],
      });
    }
    for (const from of ['team/*', at('team/*:1')])
      await expect(bring({ from, to })).rejects.toMatchObject({ code: 'usage' });
  });

  test.each([
    ['one layout for each repository', '{repository}'],
    ['one layout for all of them', 'all:registry.example/{repository}:{tag}'],
  ])('crosses an air gap by %s, and moves only the difference', async (_, name) => {
    const folder = join(tempFolder(), 'export', 'new');
    const to = `oci:${folder}/${name}`;
    const first = await bring({ from: at('team/**'), to });
    expect(new Set(Object.values(statuses(first)))).toEqual(new Set(['done']));
    const before = await snapshot(folder);
    asked();
    const again = await bring({ from: at('team/**'), to });
    expect(new Set(Object.values(statuses(again)))).toEqual(new Set(['unchanged']));
    expect(await snapshot(folder)).toEqual(before);
    expect(asked().filter((line) => /blobs/.test(line))).toEqual([]);

    const inside = name === '{repository}' ? folder : join(folder, 'all');
    const into = at(`inside${name.length}/{repository}`);
    const imported = await bring({ from: `oci:${inside}`, to: into });
    expect(imported.outcomes).toHaveLength(4);
    expect(imported).toMatchObject({ failedEntries: [] });
    for (const path of ['team/api:2', 'team/deep/db:1'])
      expect(await digestAt(`docker://${registry.host}/inside${name.length}/${path}`)).toBe(
        await digestAt(`docker://${registry.host}/${path}`),
      );
    asked();
    const nothing = await bring({ from: `oci:${inside}`, to: into });
    expect(nothing.outcomes.map(({ status }) => status)).toEqual(Array(4).fill('unchanged'));
    expect(asked().filter((line) => !/^HEAD|^GET \/v2\/$/.test(line))).toEqual([]);
  });

  test('writes an archive only where its content would change, and takes its images from one', async () => {
    const folder = join(tempFolder(), 'archives');
    const entry = { from: at('team/api'), to: `oci-archive:${folder}/{name}-{tag}.tar` };
    expect(await bring(entry, { dryRun: true })).toMatchObject({
      outcomes: [{ status: 'done' }, { status: 'done' }],
    });
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    await bring(entry);
    const before = await snapshot(folder);
    expect(Object.keys(before)).toHaveLength(2);
    expect(statuses(await bring(entry))).toEqual({
      'team/api:1': 'unchanged',
      'team/api:2': 'unchanged',
    });
    expect(await snapshot(folder)).toEqual(before);
    const named = `docker-archive:${folder}/saved.tar`;
    await run('skopeo', [
      'copy',
      '-q',
      '--src-tls-verify=false',
      `docker://${registry.host}/team/web:1`,
      `${named}:team/web:1`,
    ]);
    expect(await bring({ from: named, to: at('loaded/{repository}') })).toMatchObject({
      outcomes: [{ status: 'done', job: { target: at('loaded/team/web:1') } }],
    });
  });

  test('copies referrers once, and those that are added later if it is asked to look', async () => {
    const image = await imageOf('signed');
    const name = `${registry.host}/signed/app`;
    await pushTo(`${name}:1`, image);
    const sbom = makeArtifact(image.root, 'application/x-sbom');
    await pushTo(`${name}@${sbom.root.digest}`, sbom);
    const entry = { from: at('signed/app:1'), to: at('kept/app'), referrers: true };
    await bring(entry);
    const fallback = image.root.digest.replace(':', '-');
    const listed = async (): Promise<number> => {
      const answer = await fetch(`http://${registry.host}/v2/kept/app/manifests/${fallback}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
      return ((await answer.json()) as { manifests: unknown[] }).manifests.length;
    };
    expect(await listed()).toBe(1);
    const signature = await imageOf('signature');
    await pushTo(`${name}:${fallback}.sig`, signature);
    asked();
    expect(await bring(entry)).toMatchObject({ outcomes: [{ status: 'unchanged' }] });
    expect(asked().filter((line) => !/^HEAD|^GET \/v2\/$/.test(line))).toEqual([]);
    const looking = { ...entry, referrers: 'recheck' as const };
    expect(await bring(looking)).toMatchObject({ outcomes: [{ status: 'done' }] });
    const target = `docker://${registry.host}/kept/app:${fallback}.sig`;
    expect(await digestAt(target)).toBe(signature.root.digest);
    asked();
    expect(await bring(looking)).toMatchObject({ outcomes: [{ status: 'unchanged' }] });
    const second = asked().filter((line) => line !== 'GET /v2/');
    expect(second.filter((line) => !/^(GET|HEAD) .*(manifests|referrers)/.test(line))).toEqual([]);
    // A HEAD of the image at either side, five for the image and each of its two referrers, and five at the target.
    expect(second).toHaveLength(22);
    expect(await listed()).toBe(1);
  });

  test('lists what umoci put into a layout', async () => {
    const layout = join(tempFolder(), 'umoci');
    await run('skopeo', [
      'copy',
      '-q',
      '--src-tls-verify=false',
      `docker://${registry.host}/team/web:1`,
      `oci:${layout}:1.0`,
    ]);
    const only = { from: `oci:${layout}`, to: at('from-umoci/only:x') };
    expect(await bring(only)).toMatchObject({ outcomes: [{ status: 'done' }] });
    const unnamed = join(tempFolder(), 'unnamed');
    await run('skopeo', ['copy', '-q', `oci:${layout}:1.0`, `oci:${unnamed}`]);
    expect(await bring({ from: `oci:${unnamed}`, to: only.to })).toMatchObject({
      outcomes: [{ status: 'unchanged', job: { source: `oci:${unnamed}`, target: only.to } }],
    });
    await run('umoci', ['tag', '--image', `${layout}:1.0`, '1.1']);
    const entry = { from: `oci:${layout}`, to: at('from-umoci/app'), tags: ['^1.0'] };
    expect((await bring(entry)).outcomes.map(({ job }) => job.target)).toEqual([
      at('from-umoci/app:1.0'),
      at('from-umoci/app:1.1'),
    ]);
  });
});
