import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { startRegistry, type Registry } from '../support/registry/registry.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { RESLIM, tryReslim, type Outcome } from '../support/try-reslim.ts';
import { makeDockerArchive } from '../transport/engine/support/docker-archive.ts';
import {
  startDocker,
  startPodman,
  type RunningEngine,
} from '../transport/engine/support/engines.ts';

/*
 * A machine on which Docker and Podman both run: their sockets lie where the programs put them for a user, and
 * reslim is told nothing.
 */
describe.runIf(requireTools('dockerd', 'docker', 'podman', 'root'))('names of engines', () => {
  const home = tempFolder();
  let docker: RunningEngine;
  let podman: RunningEngine;
  let registry: Registry;

  beforeAll(async () => {
    [docker, podman, registry] = await Promise.all([startDocker(), startPodman(), startRegistry()]);
    await mkdir(join(home, 'podman'));
    await symlink(docker.socket, join(home, 'docker.sock'));
    await symlink(podman.socket, join(home, 'podman/podman.sock'));
    await load(docker, 'wired/only-docker:1.0', 'wired/both:1.0');
    await load(podman, 'localhost/wired-shop:1.0', 'docker.io/wired/both:1.0');
  }, 120_000);
  afterAll(() => Promise.all([docker, podman, registry].map((each) => each?.close())), 60_000);

  const load = async (engine: RunningEngine, ...tags: string[]): Promise<void> => {
    const file = join(home, 'load.tar');
    await writeFile(file, (await makeDockerArchive(tags)).bytes);
    await engine.ask('load', '--input', file);
  };

  const reslim = (...args: string[]): Promise<Outcome> =>
    tryReslim(args, { cwd: home, env: { XDG_RUNTIME_DIR: home, HOME: home } });

  const images = (engine: RunningEngine): Promise<string> =>
    engine.ask('images', '--format', '{{.Repository}}:{{.Tag}}');

  test('a bare name is found in the engine that has it, and the target goes there', async () => {
    const { status, stdout, stderr } = await reslim('wired/only-docker:1.0', '-o', 'wired/d:slim');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^docker-daemon:docker\.io\/wired\/d:slim /);
    expect(await images(docker)).toMatch(/^wired\/d:slim$/m);

    // As `podman images` prints it, and shorter.
    for (const name of ['localhost/wired-shop', 'wired-shop']) {
      const tag = `${name}:slim${name.length}`;
      const outcome = await reslim(`${name}:1.0`, '-o', tag);
      expect(outcome.stdout).toMatch(/^podman:localhost\/wired-shop:slim/);
      expect(await images(podman)).toContain(`localhost/wired-shop:slim${name.length}`);
    }
    expect(await images(docker)).not.toContain('shop');
  });

  test('a name that two engines have needs a prefix', async () => {
    expect(await reslim('wired/both:1.0', '--dry-run')).toEqual({
      status: 1,
      stdout: '',
      stderr: `error: Docker (${home}/docker.sock) and Podman (${home}/podman/podman.sock) both have wired/both:1.0\nhint: choose one: docker-daemon:wired/both:1.0 or podman:wired/both:1.0\n`,
    });
    for (const prefix of ['docker-daemon', 'podman']) {
      const { stdout } = await reslim(`${prefix}:wired/both:1.0`, '--dry-run');
      expect(stdout).toMatch(new RegExp(`^${prefix}:docker.io/wired/both:1.0\\n`));
    }
  });

  test('an engine that the user chose comes before the others', async () => {
    const env = { XDG_RUNTIME_DIR: home, HOME: home, DOCKER_HOST: `unix://${podman.socket}` };
    const chosen = await tryReslim(['wired/both:1.0', '--dry-run'], { cwd: home, env });
    expect(chosen.stdout).toMatch(/^podman:docker\.io\/wired\/both:1\.0\n/);
    const other = await tryReslim(['wired/only-docker:1.0', '--dry-run'], { cwd: home, env });
    expect(other.stdout).toMatch(/^docker-daemon:/);
  });

  test('a name with a registry host is pushed there, and a note says so', async () => {
    const name = `${registry.host}/wired/app:x`;
    const { status, stdout } = await reslim('wired/only-docker:1.0', '-o', name);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${name} `));
    expect(stdout).toContain(
      `note: ${name} is pushed to the registry ${registry.host}; docker-daemon:${name} would be a tag in the engine\n`,
    );
    expect(await images(docker)).not.toContain(registry.host);
    expect((await reslim('inspect', name)).status).toBe(0);
  });

  test('with a prefix it is a tag in an engine', async () => {
    const tag = 'registry.invalid/wired/app';
    expect((await reslim('wired/only-docker:1.0', '-o', `docker-daemon:${tag}:d`)).status).toBe(0);
    expect((await reslim('wired/only-docker:1.0', '-o', `podman:${tag}:p`)).status).toBe(0);
    expect(await images(docker)).toContain(`${tag}:d`);
    expect(await images(podman)).toContain(`${tag}:p`);
  });

  test('the documented pipe leaves the original its tag', async () => {
    await load(docker, 'wired/piped:1.0');
    const before = await docker.ask('images', '--quiet', 'wired/piped:1.0');
    const saved = join(home, 'saved.tar');
    await docker.ask('save', '--output', saved, 'wired/piped:1.0');
    const reslimmed = join(home, 'reslimmed.tar');
    const pipe = `"${process.execPath}" "${RESLIM}" - -o - --no-cache < "${saved}" 2>&1 > "${reslimmed}"`;
    const stderr = await run('bash', ['-c', pipe]);
    expect(stderr).toContain(
      'note: the image in the archive is called wired/piped:1.0-slim, so that the original keeps its name; -o -:NAME gives it another\n',
    );
    await docker.ask('load', '--input', reslimmed);
    expect(await docker.ask('images', '--quiet', 'wired/piped:1.0')).toBe(before);
    expect(await images(docker)).toMatch(/^wired\/piped:1\.0-slim$/m);
  });

  test('an image is described by its engine, which does not hand it over', async () => {
    for (const [engine, name] of [
      [docker, 'docker-daemon:wired/only-docker:1.0'],
      [podman, 'podman:localhost/wired-shop:1.0'],
    ] as const) {
      const { status, stdout } = await reslim('inspect', name);
      expect(status).toBe(0);
      const [id = ''] = /sha256:\w{64}/.exec(stdout) ?? [];
      const image = name.slice(name.indexOf(':') + 1);
      const listed = await engine.ask('images', '--no-trunc', '--quiet', image);
      expect(listed.trim()).toContain(id);
      expect(stdout).toMatch(/^linux\/\w+ {2}[\d.]+ k?B unpacked in 1 layer {2}sha256:/m);
      expect(stdout).toMatch(/^ {3}command +\["\/bin\/none"\]$/m);
      expect(stdout).toMatch(/^ {3}label +kept=yes$/m);
      expect(stdout).toMatch(/^ {2}Steps:\n +[\d.]+ k?B {2}test$/m);
      expect(stdout).toMatch(/\n\nWhere its bytes are: add --read layers\.\n$/);
      const full = await reslim('inspect', name, '--read', 'layers');
      expect(full.stdout).toMatch(/^ {3}efficiency +100\.0 %$/m);
    }
  });

  test('the id is shown under which an engine has a new image', async () => {
    const { stdout } = await reslim('wired/only-docker:1.0', '-o', 'wired/ids:slim');
    const [, id = ''] = /^docker-daemon:\S+ linux\/\w+ id (sha256:\w{64})$/m.exec(stdout) ?? [];
    const listed = await docker.ask('images', '--no-trunc', '--quiet', 'wired/ids:slim');
    expect(id).toBe(listed.trim());
  });

  test('what an engine refuses is said with engine and tag', async () => {
    const layout = join(home, 'windows');
    await createLayout(layout);
    const layers = [await putLayer(layout, [await layerTar(entriesOf(['Files/']))])];
    await putImage(layout, '1', { layers, config: { os: 'windows', architecture: 'amd64' } });
    const { status, stderr } = await reslim('copy', 'windows:1', 'docker-daemon:wired/none:1');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: the engine could not load the image: .*, docker-daemon:docker\.io\/wired\/none:1\n/,
    );
  });
});
