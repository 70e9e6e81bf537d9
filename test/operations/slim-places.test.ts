import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slim } from '../../src/operations/slim.ts';
import { requireTools } from '../support/requires.ts';
import {
  startDocker,
  startPodman,
  type RunningEngine,
} from '../transport/engine/support/engines.ts';
import { fetchManifest } from '../transport/registry/support/fetch-manifest.ts';
import { describeRegistries } from '../transport/registry/support/registries.ts';
import { USER, type Distribution } from '../transport/registry/support/servers.ts';
import { FAST } from '../transport/registry/support/fast.ts';
import { named, sampleImage, sampleIndex, writeLayout } from '../transport/support/sample-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);
const PLAIN = { profiles: ['none'] };
const network = (env: Record<string, string> = {}) => ({
  env: { PATH: process.env['PATH'], ...env },
  home: '/nonexistent',
  settings: FAST,
});

const layout = async (): Promise<string> => {
  const folder = tempFolder();
  const image = await sampleImage(['first', 'second']);
  return writeLayout(join(folder, 'app'), [image], [named(image, '1.0')]);
};

describeRegistries('slim with a registry', { distribution: ['htpasswd'] }, (start) => {
  let registry: Distribution;
  let closed: Distribution;
  beforeAll(async () => {
    registry = await start();
    closed = await start({ auth: 'htpasswd' });
  });
  afterAll(() => Promise.all([registry.close(), closed.close()]));

  test('goes from a layout to a tag, then to another tag and repository of the same registry', async () => {
    const name = `${registry.host}/team/app`;
    const source = await layout();
    const pushed = await slim({
      source: `oci:${source}:1.0`,
      target: `docker://${name}:1.0`,
      ...PLAIN,
      squash: 'none',
      network: network(),
    });
    expect(pushed).toMatchObject({ target: { name: `${name}:1.0` } });
    // A bare target means the same kind of place.
    const tagged = await slim({
      source: `${name}:1.0`,
      target: `${name}:1.0-slim`,
      ...PLAIN,
      network: network(),
    });
    expect(tagged).toMatchObject({ changed: true, images: [{ target: { layers: 1 } }] });
    expect(await fetchManifest(registry.host, 'team/app', '1.0-slim')).toMatchObject({
      digest: tagged.target?.digest,
      document: { layers: [{ digest: expect.any(String) as string }] },
    });
    await slim({
      source: `${name}:1.0-slim`,
      target: `${registry.host}/other/app`,
      ...PLAIN,
      network: network(),
    });
    expect(await fetchManifest(registry.host, 'other/app', 'latest')).toMatchObject({
      digest: tagged.target?.digest,
    });
  });

  test('reads an index by digest and writes it into a layout', async () => {
    const folder = tempFolder();
    const images = await Promise.all([
      sampleImage(['amd']),
      sampleImage(['arm'], { platform: { os: 'linux', architecture: 'arm64' } }),
    ]);
    const index = sampleIndex(images);
    const source = await writeLayout(join(folder, 'many'), [index]);
    const name = `${registry.host}/many/app`;
    const pushed = await slim({
      source: `oci:${source}`,
      target: `docker://${name}:1`,
      ...PLAIN,
      network: network(),
    });
    expect(pushed.images).toHaveLength(2);
    const target = join(folder, 'pulled');
    await slim({
      source: `docker://${name}@${pushed.target?.digest}`,
      target: `oci:${target}:2`,
      ...PLAIN,
      network: network(),
    });
    const { manifests } = JSON.parse(await readFile(join(target, 'index.json'), 'utf8')) as {
      manifests: { digest: string }[];
    };
    expect(manifests.map(({ digest }) => digest)).toEqual([pushed.target?.digest]);
  });

  test('logs in with the password of the environment', async () => {
    const options = {
      source: `oci:${await layout()}:1.0`,
      target: `docker://${closed.host}/team/app:1.0`,
      ...PLAIN,
    };
    await expect(slim({ ...options, network: network() })).rejects.toMatchObject({
      message: expect.stringContaining(closed.host) as string,
    });
    const env = { RESLIM_USERNAME: USER.username, RESLIM_PASSWORD: USER.password };
    await slim({ ...options, network: network(env) });
    // Between two registries it has to be said whose it is.
    const between = {
      source: `${closed.host}/team/app:1.0`,
      target: `${registry.host}/closed/app:1.0`,
      ...PLAIN,
    };
    await expect(slim({ ...between, network: network(env) })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('RESLIM_REGISTRY') as string,
    });
    const told = network({ ...env, RESLIM_REGISTRY: closed.host });
    expect(await slim({ ...between, network: told })).toMatchObject({ changed: false });
  });

  test('lists all places that were searched for a missing image', async () => {
    await expect(
      slim({ source: `${registry.host}/no/such:1`, dryRun: true, network: network() }),
    ).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringMatching(/no layout and no archive/) as string,
    });
  });
});

test('a bare name that is found nowhere is reported with everything that was tried', async () => {
  const folder = tempFolder();
  const nowhere = {
    env: { DOCKER_HOST: `unix://${folder}/no.sock`, HTTPS_PROXY: 'http://127.0.0.1:1' },
    home: folder,
    settings: { ...FAST, attempts: 1 },
  };
  await expect(
    slim({ source: 'mistypd:1.0', dryRun: true, network: nowhere }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('registry-1.docker.io') as string,
    hint: expect.stringMatching(
      /^"mistypd:1\.0" is no layout and no archive here, and no engine has it \(no engine answers there, DOCKER_HOST\), so Docker Hub was asked/,
    ) as string,
  });
});

const engineSuite = (
  prefix: string,
  start: () => Promise<RunningEngine>,
  unpack: (socket: string) => string[],
) => {
  let engine: RunningEngine;
  let here: ReturnType<typeof network>;
  beforeAll(async () => {
    engine = await start();
    here = network({ DOCKER_HOST: `unix://${engine.socket}` });
  }, 60_000);
  afterAll(() => engine?.close(), 60_000);
  const images = async (): Promise<string> => {
    const [command = '', ...options] = unpack(engine.socket);
    return (await run(command, [...options, 'images', '--format', '{{.Repository}}:{{.Tag}}']))
      .stdout;
  };

  test('loads an image, slims it under another bare name, and exports it', async () => {
    await slim({
      source: `oci:${await layout()}:1.0`,
      target: 'docker-daemon:wired/app:1.0',
      ...PLAIN,
      squash: 'none',
      network: here,
    });
    expect(await images()).toMatch(/wired\/app:1\.0$/m);
    const slimmed = await slim({
      source: 'wired/app:1.0',
      target: 'wired/app:1.0-slim',
      ...PLAIN,
      network: here,
    });
    expect(slimmed).toMatchObject({
      source: { name: `${prefix}:docker.io/wired/app:1.0` },
      target: { name: `${prefix}:docker.io/wired/app:1.0-slim` },
      images: [{ source: { layers: 2 }, target: { layers: 1, files: 2 } }],
    });
    expect(await images()).toMatch(/wired\/app:1\.0-slim$/m);
    await slim({
      source: 'wired/app:1.0',
      target: 'wired/app:1.0-small',
      ...PLAIN,
      drop: ['/first.txt'],
      complement: '1.0-whole',
      network: here,
    });
    expect(await images()).toMatch(/wired\/app:1\.0-small$/m);
    // One file is in its first layer, the other in one above.
    const whole = await slim({
      source: 'wired/app:1.0-whole',
      dryRun: true,
      ...PLAIN,
      network: here,
    });
    expect(whole).toMatchObject({ images: [{ source: { layers: 2, files: 2 } }] });
    const folder = tempFolder();
    // Elsewhere layers are compressed again.
    const out = await slim({
      source: 'docker-daemon:wired/app:1.0-slim',
      target: `oci:${join(folder, 'out')}:1`,
      ...PLAIN,
      network: here,
    });
    const [image] = out.images;
    expect(image?.target?.compressedSize).toBeLessThan(image?.target?.unpackedSize ?? 0);
  });

  test('refuses a target without a tag that would replace the source', async () => {
    await expect(
      slim({ source: 'wired/app:1.0', target: 'wired/app', ...PLAIN, network: here }),
    ).rejects.toMatchObject({ code: 'usage', hint: expect.stringMatching(/1\.0-slim/) as string });
  });

  test('reports an image that the engine does not have', async () => {
    await expect(
      slim({ source: 'docker-daemon:no/such:1', dryRun: true, network: here }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
};

describe.runIf(requireTools('dockerd', 'docker', 'root'))('slim with a Docker engine', () => {
  engineSuite('docker-daemon', startDocker, (socket) => ['docker', '-H', `unix://${socket}`]);
});

describe.runIf(requireTools('podman', 'docker', 'root'))('slim with a Podman socket', () => {
  engineSuite('podman', startPodman, (socket) => ['docker', '-H', `unix://${socket}`]);
});
