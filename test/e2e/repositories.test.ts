import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { startPodman, type RunningEngine } from '../transport/engine/support/engines.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { GREETING, writeShellImage } from '../support/shell-image.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { named, sampleImage, writeLayout } from '../transport/support/sample-image.ts';

const exec = promisify(execFile);

const NEEDED = ['root', 'ldd', 'podman', 'runc', 'skopeo', 'crane', 'docker-registry'];

describe.runIf(requireTools(...NEEDED))('a repository', () => {
  const folder = tempFolder();
  let registry: Distribution;
  let engine: RunningEngine;
  const at = (name: string): string => `${registry.host}/${name}`;
  const crane = async (...args: readonly string[]): Promise<string> =>
    (await exec('crane', [...args, '--insecure'])).stdout.trim();

  beforeAll(async () => {
    [registry, engine] = await Promise.all([startDistribution({ accessLog: true }), startPodman()]);
    await writeShellImage(join(folder, 'shell'));
    const arm = await sampleImage(['arm'], { platform: { os: 'linux', architecture: 'arm64' } });
    await writeLayout(join(folder, 'arm'), [arm], [named(arm, '1.0')]);
    await runReslim('copy', `oci:${folder}/shell:1.0`, `docker://${at('build/shell:amd64')}`);
    await runReslim('copy', `oci:${folder}/arm:1.0`, `docker://${at('build/shell:arm64')}`);
  });
  afterAll(async () => {
    await engine?.close();
    await registry?.close();
  });

  test('gets an index whose blobs are mounted, and which other programs read and run', async () => {
    const before = registry.requests?.().length ?? 0;
    const index = at('shop/shell:1.0');
    await runReslim(
      ...['index', 'create', at('build/shell:amd64'), at('build/shell:arm64')],
      ...['-o', index, '--annotation', 'org.example.team=core'],
    );
    const requests = registry.requests?.().slice(before) ?? [];
    const mounts = requests.filter((line) =>
      /^POST \/v2\/shop\/shell\/\S+mount=\S+ 201$/.test(line),
    );
    // Two layers and a config of one image, a layer and a config of the other.
    expect(mounts).toHaveLength(5);
    expect(requests.filter((line) => /^(PATCH|PUT) \S+\/blobs\/uploads/.test(line))).toEqual([]);
    expect(JSON.parse(await crane('manifest', index))).toMatchObject({
      annotations: { 'org.example.team': 'core' },
      manifests: [
        { digest: await crane('digest', at('build/shell:amd64')) },
        { digest: await crane('digest', at('build/shell:arm64')) },
      ],
    });
    await crane('validate', '--remote', index);
    await exec('skopeo', ['inspect', '--tls-verify=false', `docker://${index}`]);
    await engine.ask('pull', '--quiet', '--tls-verify=false', index);
    expect(await engine.run(index)).toBe(`${GREETING}\n`);
  });

  test('loses an image of its index, and gets it back from a layout', async () => {
    const index = at('shop/shell:1.0');
    const first = await crane('digest', index);
    await runReslim('index', 'remove', index, '--platform', 'linux/arm64', '--in-place');
    expect(JSON.parse(await crane('manifest', index))).toMatchObject({ manifests: [{}] });
    await runReslim('index', 'add', index, `oci:${folder}/arm:1.0`, '--in-place');
    expect(await crane('digest', index)).toBe(first);
    await runReslim('index', 'annotate', index, '--annotation', 'a=b', '-o', at('shop/shell:1.1'));
    expect(JSON.parse(await crane('manifest', at('shop/shell:1.1')))).toMatchObject({
      annotations: { 'org.example.team': 'core', a: 'b' },
    });
  });

  test('is listed as crane lists it', async () => {
    const { stdout } = await tryReslim(['tags', at('shop/shell'), '--digests']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(lines.map(([tag]) => tag)).toEqual(
      (await crane('ls', at('shop/shell'))).split('\n').toSorted(),
    );
    for (const [tag, digest] of lines)
      expect(digest).toBe(await crane('digest', at(`shop/shell:${tag}`)));
    const { stdout: json } = await tryReslim(['tags', at('shop/shell'), '--newest', '1', '--json']);
    expect(JSON.parse(json)).toEqual({ name: at('shop/shell'), tags: [{ tag: '1.1' }], total: 2 });
  });

  test('loses tags only as far as was said', async () => {
    await crane('tag', at('shop/shell:1.0'), 'stable');
    const digest = await crane('digest', at('shop/shell:1.0'));
    expect(await tryReslim(['delete', at('shop/shell:1.0'), '--dry-run'])).toMatchObject({
      status: 0,
      stdout: `${at('shop/shell:1.0')} ${digest} would be deleted
  stays as stable: a registry that deletes images alone needs --all-tags, and takes these, too
`,
    });
    expect(await tryReslim(['delete', `${at('shop/shell')}@${digest}`])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('would take its tags away: 1.0, stable') as string,
    });
    await runReslim('delete', at('shop/shell:1.0'), '--all-tags');
    expect(await crane('ls', at('shop/shell'))).toBe('1.1');
    await crane('validate', '--remote', at('shop/shell:1.1'));
  });
});
