import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { readRecording } from '../../src/recordings/read-recording.ts';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import {
  startDocker,
  startPodman,
  type RunningEngine,
} from '../transport/engine/support/engines.ts';

const TOOLS = ['root', 'gcc', 'strace'];
const cwd = tempFolder();
const SOURCE = join(import.meta.dirname, '../support/http-server.c');
const PORT = 20_000 + ((process.pid + 5000) % 10_000);

beforeAll(async () => {
  if (!requireTools(...TOOLS)) return;
  const binary = join(cwd, 'server');
  await run('gcc', ['-static', '-O1', '-D_GNU_SOURCE', '-o', binary, SOURCE]);
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const server = { mode: 0o755, body: await readFile(binary) };
  const tar = await layerTar([
    ...['./', 'app/', 'etc/'].map(
      (each) => ({ name: each, type: 'directory', mode: 0o755 }) as const,
    ),
    { name: 'app/server', ...server },
    { name: 'etc/greeting', body: 'hello\n' },
    { name: 'srv/', type: 'directory', mode: 0o755 },
  ]);
  const config = {
    Entrypoint: ['/app/server'],
    WorkingDir: '/srv',
    User: '1234',
    Env: [`PORT=${PORT}`],
    ExposedPorts: { [`${PORT}/tcp`]: {} },
  };
  await putImage(layout, '1', { layers: [await putLayer(layout, [tar])], config: { config } });
});

test('without strace there is one error', async () => {
  await mkdir(join(cwd, 'empty'));
  const outcome = await tryReslim(['trace', 'app:1', '-o', 't.txt'], {
    cwd,
    env: { PATH: join(cwd, 'empty') },
  });
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(
    /^error: strace is not on this machine\nhint: install it .*docs\/trace\.md\n$/,
  );
});

test.runIf(requireTools('strace'))('without an engine there is one error', async () => {
  const env = { DOCKER_HOST: `unix://${join(cwd, 'none.sock')}` };
  const outcome = await tryReslim(['trace', 'app:1', '-o', 't.txt'], { cwd, env });
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toMatch(/^error: no engine answers there, .*\nhint: .*\n$/);
  expect(await readdir(cwd)).not.toContain('t.txt');
});

const ENGINES = [
  ['Podman', startPodman, ['podman', 'runc']],
  ['Docker', startDocker, ['dockerd', 'docker']],
] as const;

describe.each(ENGINES.filter(([, , tools]) => requireTools(...TOOLS, ...tools)))(
  'in %s',
  (name, start) => {
    let engine: RunningEngine;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine.close());

    test('what is asked nothing runs as long as it may', async () => {
      const { stdout, stderr } = await tryReslim(
        ['trace', 'app:1', '-o', 's.txt', '--network', 'host', '--wait', '1', '--json'],
        { cwd, env: { DOCKER_HOST: `unix://${engine.socket}` } },
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({
        runs: [{ kind: 'start', subject: '/app/server', answer: 'ran for 1 s' }],
        output: 's.txt',
      });
    });

    test('what an image does while it is asked is a trace, and nothing of it is left in the engine', async () => {
      const outcome = await tryReslim(
        [
          'trace',
          'app:1',
          '-o',
          't.txt',
          '--network',
          'host',
          '--http',
          '/',
          '--run',
          '/app/server x',
        ],
        { cwd, env: { DOCKER_HOST: `unix://${engine.socket}` } },
      );
      expect(outcome).toMatchObject({ stderr: '', status: 0 });
      expect(outcome.stdout).toContain('\n  run /app/server x: exit status ');
      expect(outcome.stdout).toContain('\n  http /: HTTP 200\n');
      expect(outcome.stdout).toContain(`recorded in ${name}\n`);
      const { files, unplaced } = await readRecording(join(cwd, 't.txt'));
      expect(files).toContainEqual(
        expect.objectContaining({ path: '/app/server', use: 'started', args: ['x'] }),
      );
      expect(files).toContainEqual(
        expect.objectContaining({ path: '/etc/greeting', use: 'opened' }),
      );
      expect(unplaced).toBe(0);
      expect(
        (await engine.ask('ps', '--all', '--quiet')) + (await engine.ask('images', '--quiet')),
      ).toBe('');
      const slim = await tryReslim(
        ['app:1', '--level', 'minimal', '--trace', 't.txt', '--dry-run', '--json'],
        { cwd },
      );
      const report = JSON.parse(slim.stdout) as { images: { use: { traces: object } }[] };
      expect(report.images[0]?.use.traces).toMatchObject({ missed: [] });
    });
  },
);
