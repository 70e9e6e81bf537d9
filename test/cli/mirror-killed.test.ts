import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { RESLIM, tryReslim } from '../support/try-reslim.ts';
import { makeImage } from '../transport/registry/support/images.ts';
import { startDistribution, type Distribution } from '../transport/registry/support/servers.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const KILL_AT = new URL('../transport/support/kill-at.js', import.meta.url).href;
const CHECK = fileURLToPath(new URL('../transport/support/check-layout.py', import.meta.url));
const check = (path: string, ...flags: string[]) => run('python3', [CHECK, path, ...flags]);

/** Each run of the command takes a second where the machine has nothing else to do. */
const PATIENCE = 120_000;
const TAGS = ['1', '2', '3', '4'];

describe.runIf(requireTools('docker-registry', 'skopeo'))('a mirror into a layout', () => {
  let registry: Distribution;
  beforeAll(async () => {
    registry = await startDistribution({ isInMemory: true });
    for (const tag of TAGS)
      await pushTo(`${registry.host}/app:${tag}`, makeImage({ layers: [Buffer.from(tag)] }));
  });
  afterAll(() => registry.close());

  const args = (layout: string, ...more: readonly string[]): readonly string[] => [
    ...['mirror', `docker://${registry.host}/app`, `oci:${layout}`, '--copy', '--insecure'],
    ...[registry.host, ...more],
  ];
  /** Ends reslim in front of its nth change to the file system; resolves with whether it came that far. */
  const kill = (at: number, ...words: readonly string[]): Promise<boolean> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--import', KILL_AT, RESLIM, ...words], {
        stdio: 'ignore',
        env: { ...process.env, KILL_AT: String(at), XDG_STATE_HOME: tempFolder() },
      });
      child.once('close', (_, signal) => resolve(signal === 'SIGKILL'));
    });
  const exists = async (path: string): Promise<boolean> =>
    stat(join(path, 'index.json')).then(
      () => true,
      () => false,
    );

  test(
    'that is killed at any time leaves what is valid, and the next run finishes it',
    { timeout: PATIENCE },
    async () => {
      const layout = join(tempFolder(), 'app');
      let kills = 0;
      for (const at of [30, 50, 70, 90]) {
        if (await kill(at, ...args(layout))) kills++;
        if (await exists(layout)) expect(await check(layout)).toBe('');
      }
      expect(kills).toBeGreaterThan(1);
      expect(await tryReslim(args(layout))).toMatchObject({ status: 0 });
      expect(await check(layout, '--strict')).toBe('');
      for (const tag of TAGS) await run('skopeo', ['inspect', `oci:${layout}:${tag}`]);
    },
  );

  test(
    'that is killed while it deletes tags leaves what is valid, too',
    { timeout: PATIENCE },
    async () => {
      const layout = join(tempFolder(), 'app');
      const target = `docker://${registry.host}/more`;
      for (const tag of ['5', '6'])
        await pushTo(`${registry.host}/more:${tag}`, makeImage({ layers: [Buffer.from(tag)] }));
      const from = ['mirror', target, `oci:${layout}`, '--copy', '--insecure', registry.host];
      expect(await tryReslim(from)).toMatchObject({ status: 0 });
      const gone = args(layout, '--delete-gone', '2');
      expect(await tryReslim(args(layout))).toMatchObject({ status: 0 });
      let kills = 0;
      for (let at = 20; at < 60; at += 12) {
        if (await kill(at, ...gone)) kills++;
        expect(await check(layout)).toBe('');
      }
      expect(kills).toBeGreaterThan(1);
      expect(await tryReslim(gone)).toMatchObject({ status: 0 });
      expect(await check(layout, '--strict')).toBe('');
      for (const tag of TAGS) await run('skopeo', ['inspect', `oci:${layout}:${tag}`]);
      await expect(run('skopeo', ['inspect', `oci:${layout}:5`])).rejects.toThrow('no descriptor');
    },
  );
});
