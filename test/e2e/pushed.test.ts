import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { startDocker, type RunningEngine } from '../engine/support/engines.ts';
import { startDistribution, type Distribution } from '../registry/support/servers.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';

const exec = promisify(execFile);

/** What the image's own program answers; the command needs nothing but the image. */
const QUESTION = ['redis-server', '--version'];
const NEEDED = ['root', 'podman', 'skopeo', 'mmdebstrap', 'docker-registry', 'dockerd', 'docker'];

describe.runIf(requireTools(...NEEDED))('a slimmed image in a registry', () => {
  let registry: Distribution;
  let docker: RunningEngine;
  let reference: string;

  beforeAll(async () => {
    const source = await buildImage('redis-cache');
    [registry, docker] = await Promise.all([startDistribution(), startDocker()]);
    reference = `${registry.host}/shop/cache:slim`;
    await runReslim(`oci:${source}:1.0`, '-o', `docker://${reference}`);
  });

  afterAll(() => Promise.allSettled([registry?.close(), docker?.close()]));

  test('is pulled and run by Docker', async () => {
    const inDocker = (...args: string[]) =>
      exec('docker', ['-H', `unix://${docker.socket}`, ...args]);
    await inDocker('pull', '--quiet', reference);
    const { stdout } = await inDocker(
      'run',
      '--rm',
      '--network',
      'host',
      '--entrypoint',
      '',
      reference,
      ...QUESTION,
    );
    expect(stdout).toMatch(/^Redis server v=7/);
  });

  test('is pulled and run by Podman', async () => {
    await exec('podman', ['pull', '--quiet', '--tls-verify=false', reference]);
    try {
      const limits = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'];
      const run = [
        '--runtime',
        'runc',
        'run',
        '--rm',
        '--network',
        'host',
        ...limits,
        '--entrypoint',
        '[]',
      ];
      const { stdout } = await exec('podman', [...run, reference, ...QUESTION]);
      expect(stdout).toMatch(/^Redis server v=7/);
    } finally {
      await exec('podman', ['image', 'rm', '--force', reference]);
    }
  });
});
