import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  startDocker,
  startPodman,
  type RunningEngine,
} from '../transport/engine/support/engines.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim, runReslimWith } from '../support/run-reslim.ts';
import { GREETING, writeShellImage } from '../support/shell-image.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NEEDED = ['root', 'ldd', 'podman', 'runc', 'docker-registry', 'dockerd', 'docker'];

describe.runIf(requireTools(...NEEDED))('a slimmed image', () => {
  const folder = tempFolder();
  const shell = join(folder, 'shell');
  let registry: Distribution;
  let pushed: string;

  beforeAll(async () => {
    registry = await startDistribution();
    await writeShellImage(shell);
    pushed = `${registry.host}/shop/shell:slim`;
    await runReslim(`oci:${shell}:1.0`, '-o', `docker://${pushed}`);
  });
  afterAll(() => registry?.close());

  describe.each([
    ['Docker', startDocker, []],
    ['Podman', startPodman, ['--tls-verify=false']],
  ] as const)('in %s', (engineName, start, pullOptions) => {
    let engine: RunningEngine;
    const reslim = (...args: readonly string[]) =>
      runReslimWith({ DOCKER_HOST: `unix://${engine.socket}` }, ...args);
    const inspect = async (image: string): Promise<Inspected> => {
      const [found] = JSON.parse(await engine.ask('image', 'inspect', image)) as Inspected[];
      return found as Inspected;
    };

    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine?.close());

    test('is pulled from a registry and runs', async () => {
      await engine.ask('pull', '--quiet', ...pullOptions, pushed);
      expect(await engine.run(pushed)).toBe(`${GREETING}\n`);
      expect((await inspect(pushed)).RootFS.Layers).toHaveLength(1);
    });

    test('goes from the engine into the engine, and runs there under its tag', async () => {
      await reslim('copy', `oci:${shell}:1.0`, 'docker-daemon:shop/shell:1.0');
      expect(await engine.run('shop/shell:1.0')).toBe(`${GREETING}\n`);
      await reslim('shop/shell:1.0', '-o', 'shop/shell:1.0-slim');
      expect(await engine.run('shop/shell:1.0-slim')).toBe(`${GREETING}\n`);

      const [before, after] = [
        await inspect('shop/shell:1.0'),
        await inspect('shop/shell:1.0-slim'),
      ];
      expect(after.RepoTags).toContainEqual(
        expect.stringMatching(/^(docker\.io\/)?shop\/shell:1\.0-slim$/),
      );
      expect(after.Config).toMatchObject({
        Cmd: before.Config.Cmd,
        Env: before.Config.Env,
        Labels: before.Config.Labels,
        WorkingDir: '/etc',
      });
      expect(after.RootFS.Layers).toHaveLength(1);
      expect(after.Size).toBeLessThan(before.Size);
      // An image's id is its config's digest, wherever it lies.
      const out = join(folder, `from-${engineName}`);
      await reslim('shop/shell:1.0', '-o', `oci:${out}:1.0-slim`);
      const { configDigest } = await readImage(out, '1.0-slim');
      expect(`sha256:${after.Id.replace('sha256:', '')}`).toBe(configDigest);
    });
  });
});

interface Inspected {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly Size: number;
  readonly Config: Readonly<Record<'Cmd' | 'Env' | 'Labels', unknown>>;
  readonly RootFS: { readonly Layers: readonly string[] };
}
