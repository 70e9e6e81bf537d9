import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDockerArguments } from '../../src/cli/docker-plugin.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { RESLIM, tryReslim } from '../support/try-reslim.ts';

const run = promisify(execFile);

describe.runIf(requireTools('docker'))('docker reslim', () => {
  const home = tempFolder();
  const docker = async (...args: readonly string[]) => {
    const env = { ...process.env, HOME: home, DOCKER_CONFIG: join(home, '.docker') };
    try {
      return { status: 0, ...(await run('docker', args, { env })) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { status: code, stdout, stderr };
    }
  };
  beforeAll(async () => {
    const folder = join(home, '.docker/cli-plugins');
    await mkdir(folder, { recursive: true });
    await symlink(join(dirname(RESLIM), 'docker-reslim.js'), join(folder, 'docker-reslim'));
  });

  test('is listed by docker', async () => {
    expect((await docker('--help')).stdout).toMatch(/reslim\*? +Make an image smaller/);
  });

  test('has the help and the commands of reslim', async () => {
    const { stdout: help } = await tryReslim(['--help']);
    expect(await docker('reslim', '--help')).toMatchObject({ status: 0, stdout: help });
    const copying = await docker('reslim', 'copy', '--help');
    expect(copying.stdout).toContain('SOURCE TARGET');
  });

  test('exits with the status of reslim', async () => {
    const { status, stderr } = await docker('reslim', './nowhere', '--dry-run');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: no such file or folder/);
  });
});

test('uses the engine that the options of docker name', () => {
  expect(readDockerArguments(['reslim', 'a', '-o', 'b'])).toEqual({
    words: ['a', '-o', 'b'],
    env: {},
  });
  expect(readDockerArguments(['-H', 'unix:///x', 'reslim', 'a'])).toEqual({
    words: ['a'],
    env: { DOCKER_HOST: 'unix:///x' },
  });
  expect(readDockerArguments(['--context=far', 'reslim', 'a']).env).toEqual({
    DOCKER_CONTEXT: 'far',
    DOCKER_HOST: '',
  });
});
