import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { flatten } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';

const exec = promisify(execFile);
const OPTIONS = { maxBuffer: 256 * 1024 * 1024 };
const TOOLS = ['root', 'podman', 'mmdebstrap', 'docker-registry', 'python3', 'zstd'];
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** The names of the annotations that Podman 4 looks for; what they say is the same. */
const OLD = 'io.containers.zstd-chunked.';
const NEW = 'io.github.containers.zstd-chunked.';

describe.runIf(requireTools(...TOOLS))('an image in zstd:chunked, in a registry', () => {
  const folder = tempFolder();
  const layout = join(folder, 'slim');
  let registry: Distribution;
  let podman: (...args: readonly string[]) => Promise<{ stdout: string; stderr: string }>;

  beforeAll(async () => {
    registry = await startDistribution({ accessLog: true });
    const conf = join(folder, 'storage.conf');
    await writeFile(
      conf,
      `[storage]
driver = "overlay"
graphroot = "${folder}/store"
runroot = "${folder}/run"
[storage.options]
pull_options = {enable_partial_images = "true"}
`,
    );
    const env = { ...process.env, CONTAINERS_STORAGE_CONF: conf };
    podman = (...args) => exec('podman', args, { ...OPTIONS, env });
    const source = await buildImage('python-web');
    for (const [tag, more] of [
      ['1', []],
      ['2', ['--drop', '/usr/share/zoneinfo']],
    ] as const)
      await runReslim(
        ...[`oci:${source}:1.0`, '-o', `oci:${layout}:${tag}`, '-o', `docker://${nameOf(tag)}`],
        ...['--level', 'minimal', '--compression', 'zstd:chunked', ...more],
      );
  });
  afterAll(async () => {
    // A reset would also take away what containers of other tests share.
    await podman('image', 'rm', '--all', '--force');
    await exec('umount', [join(folder, 'store/overlay')]).catch(() => {});
    await registry.close();
  });
  const nameOf = (tag: string): string => `${registry.host}/app:${tag}`;

  /** Puts the image under another tag, with annotations of the older names. */
  const withOldNames = async (tag: string): Promise<string> => {
    const url = `http://${registry.host}/v2/app/manifests/`;
    const found = await fetch(url + tag, { headers: { accept: MANIFEST } });
    const body = (await found.text()).replaceAll(NEW, OLD);
    const headers = { 'content-type': MANIFEST };
    const put = await fetch(`${url}old-${tag}`, { method: 'PUT', headers, body });
    expect(put.status).toBe(201);
    return nameOf(`old-${tag}`);
  };

  /** Pulls an image, and resolves with what Podman tells of it. */
  const pull = async (name: string): Promise<string> => {
    const { stderr } = await podman('--log-level', 'debug', 'pull', '--tls-verify=false', name);
    return stderr;
  };

  test('is what a reader of the format expects', async () => {
    const { stdout } = await exec('python3', ['-B', 'test/support/zstd_chunked.py', layout, '1']);
    expect(JSON.parse(stdout)).toMatchObject({ chunked: true });
    expect(JSON.parse(stdout)).toHaveProperty('entries', expect.any(Number));
  });

  test('is fetched file by file by Podman, with the contents of all files', async () => {
    const name = await withOldNames('1');
    expect(await pull(name)).toContain('Retrieved partial blob');
    expect(registry.requests?.().some((line) => line.endsWith(' 206'))).toBe(true);
    const root = (await podman('image', 'mount', name)).stdout.trim();
    const files = (await flatten(layout, '1'))
      .map((line) => JSON.parse(line) as { path: string; type: string; sha256: string })
      .filter(({ type, path }) => type === 'file' && !path.includes('\\x'));
    expect(files.length).toBeGreaterThan(1000);
    for (const { path, sha256 } of files) {
      const content = await readFile(join(root, path));
      expect(createHash('sha256').update(content).digest('hex'), path).toBe(sha256);
    }
    await podman('image', 'unmount', name);
  });

  test('is an image like others to Podman where it knows no table', async () => {
    const name = nameOf('2');
    await podman('pull', '--quiet', '--tls-verify=false', name);
    const { stdout } = await podman(
      ...['--runtime', 'runc', 'run', '--rm', '--network', 'host', '--user', '0'],
      ...['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'],
      ...['--entrypoint', '/usr/bin/python3', name, '-c', 'print(6 * 7)'],
    );
    expect(stdout.trim()).toBe('42');
  });
});
