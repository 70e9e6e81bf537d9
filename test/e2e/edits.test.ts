import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPodman, type RunningEngine } from '../transport/engine/support/engines.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim, runReslimWith } from '../support/run-reslim.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { writeShellImage } from '../support/shell-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const exec = promisify(execFile);

const EDITS = [
  ...['--env', 'TONE=loud', '--env', 'WORD=a b', '--unset-env', 'NOPE'],
  ...['--label', 'org.example.team=core', '--unset-label', 'org.example.kept'],
  ...['--annotation', 'org.opencontainers.image.vendor=Example'],
  ...['--entrypoint', '["/bin/sh", "-c"]', '--cmd', `'echo "$TONE $WORD $PWD"'`],
  ...['--user', '1000:1000', '--workdir', '/tmp', '--expose', '8080', '--expose', '53/udp'],
  ...['--volume', '/data', '--stop-signal', 'int', '--created', '2024-01-01T00:00:00Z'],
  ...['--healthcheck', '--interval=30s --retries=2 CMD test -e /etc/motto'],
];

const NEEDED = ['root', 'ldd', 'podman', 'runc', 'skopeo', 'umoci', 'docker-registry'];

describe.runIf(requireTools(...NEEDED))('an image that was edited', () => {
  const folder = tempFolder();
  const shell = `oci:${join(folder, 'shell')}:1.0`;
  const out = join(folder, 'out');
  const written = (tag: string) => `oci:${out}:${tag}`;

  beforeAll(async () => {
    await writeShellImage(join(folder, 'shell'));
    await runReslim(shell, '-o', written('slim'), ...EDITS);
    await runReslim('copy', shell, written('copy'), ...EDITS);
  });

  const skopeo = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await exec('skopeo', ['inspect', ...args])).stdout) as Record<string, unknown>;

  test.each(['slim', 'copy'])('is read by skopeo: %s', async (tag) => {
    const config = await skopeo('--config', '--raw', written(tag));
    expect(config).toMatchObject({ created: '2024-01-01T00:00:00Z' });
    expect(config['config']).toEqual({
      Cmd: ['echo "$TONE $WORD $PWD"'],
      Entrypoint: ['/bin/sh', '-c'],
      Env: ['PATH=/bin', 'TONE=loud', 'WORD=a b'],
      ExposedPorts: { '53/udp': {}, '8080/tcp': {} },
      Healthcheck: {
        Test: ['CMD-SHELL', 'test -e /etc/motto'],
        Interval: 30_000_000_000,
        Retries: 2,
      },
      Labels: { 'org.example.team': 'core' },
      StopSignal: 'SIGINT',
      User: '1000:1000',
      Volumes: { '/data': {} },
      WorkingDir: '/tmp',
    });
    const { annotations } = await skopeo('--raw', written(tag));
    expect(annotations).toMatchObject({ 'org.opencontainers.image.vendor': 'Example' });
  });

  test.each(['slim', 'copy'])('is read and unpacked by umoci: %s', async (tag) => {
    const stat = await exec('umoci', ['stat', '--image', `${out}:${tag}`, '--json']);
    expect(JSON.parse(stat.stdout)).toHaveProperty('history');
    const bundle = join(folder, `bundle-${tag}`);
    await exec('umoci', ['unpack', '--image', `${out}:${tag}`, bundle]);
    const { process, annotations } = JSON.parse(
      await readFile(join(bundle, 'config.json'), 'utf8'),
    ) as { process: object; annotations: object };
    expect(process).toMatchObject({
      args: ['/bin/sh', '-c', 'echo "$TONE $WORD $PWD"'],
      cwd: '/tmp',
      user: { uid: 1000, gid: 1000 },
    });
    expect(annotations).toMatchObject({
      'org.example.team': 'core',
      'org.opencontainers.image.stopSignal': 'SIGINT',
      'org.opencontainers.image.exposedPorts': '53/udp,8080/tcp',
    });
  });

  test('has the same digest every time, from every place', async () => {
    const { stdout } = await tryReslim(['copy', shell, written('again'), ...EDITS, '--json']);
    const { target } = JSON.parse(stdout) as { target: { digest: string } };
    const raw = await exec('skopeo', ['inspect', '--format', '{{.Digest}}', written('copy')]);
    expect(target.digest).toBe(raw.stdout.trim());
    const other = `oci-archive:${join(folder, 'other.tar')}:1`;
    await runReslim('copy', shell, `oci-archive:${join(folder, 'plain.tar')}:1`);
    await runReslim(`oci-archive:${join(folder, 'plain.tar')}:1`, '-o', other, ...EDITS);
    const [one, two] = await Promise.all(
      [written('slim'), other].map((image) =>
        exec('skopeo', ['inspect', '--format', '{{.Digest}}', image]),
      ),
    );
    expect(two?.stdout).toBe(one?.stdout);
  });

  test('says in its report what was edited, without values', async () => {
    const report = join(folder, 'report.json');
    await runReslim(shell, '-o', written('report'), ...EDITS, '--report', report);
    const text = await readFile(report, 'utf8');
    const { images, notes } = JSON.parse(text) as {
      images: { edits: object[] }[];
      notes: string[];
    };
    expect(images[0]?.edits).toContainEqual({ member: 'env', name: 'TONE', action: 'set' });
    expect(images[0]?.edits).toContainEqual({
      member: 'label',
      name: 'org.example.kept',
      action: 'unset',
    });
    expect(notes).toContain('--unset-env NOPE changes nothing');
    expect(text).not.toMatch(/loud|a b/);
  });

  test('takes edits from a settings file; the command line adds to them', async () => {
    const config = join(folder, 'reslim.yaml');
    await writeFile(config, 'env: { TONE: soft, MORE: "1" }\nentrypoint: [/bin/sh]\n');
    const target = written('settings');
    await runReslim(shell, '-o', target, '--config', config, '--env', 'TONE=loud');
    expect((await skopeo('--config', target))['config']).toMatchObject({
      Env: ['PATH=/bin', 'TONE=loud', 'MORE=1'],
      Entrypoint: ['/bin/sh'],
    });
  });

  test.each([
    [
      ['--env', 'TONE'],
      'error: --env has no value: "TONE"\nhint: write --env NAME=VALUE; NAME= is an empty one\n',
    ],
    [
      ['--expose', '80/http'],
      'error: not a port: "80/http"\nhint: write a number from 1 to 65535, with a protocol if it is not tcp: 8080, 53/udp\n',
    ],
  ])('%j is refused', async (args, stderr) => {
    expect(await tryReslim([shell, '-o', written('none'), ...args])).toMatchObject({
      status: 2,
      stderr,
    });
  });

  describe('in Podman, by way of a registry', () => {
    let engine: RunningEngine;
    let registry: Distribution;
    beforeAll(async () => {
      [engine, registry] = await Promise.all([startPodman(), startDistribution()]);
    });
    afterAll(async () => {
      await engine?.close();
      await registry?.close();
    });

    test('runs as it was edited', async () => {
      const pushed = `${registry.host}/shop/shell:edited`;
      await runReslim(shell, '-o', `docker://${pushed}`, ...EDITS, '--verify');
      await engine.ask('pull', '--quiet', '--tls-verify=false', pushed);
      expect(await engine.run(pushed)).toBe('loud a b /tmp\n');
      await runReslimWith(
        { DOCKER_HOST: `unix://${engine.socket}` },
        ...[
          'copy',
          pushed,
          'docker-daemon:shop/shell:again',
          '--cmd',
          "'echo new'",
          '--insecure',
          registry.host,
        ],
      );
      expect(await engine.run('shop/shell:again')).toBe('new\n');
    });
  });
});
