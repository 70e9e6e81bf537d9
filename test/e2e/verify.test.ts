import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { outcomeOf, startReslim, tryReslim } from '../support/try-reslim.ts';
import {
  startDocker,
  startPodman,
  type RunningEngine,
} from '../transport/engine/support/engines.ts';

const TOOLS = ['root', 'gcc', 'python3'];
const cwd = tempFolder();
const SOURCE = join(import.meta.dirname, '../support/http-server.c');
const PORT = 20_000 + (process.pid % 10_000);

/** An image of a web server alone, which says one thing or another. */
const write = async (name: string, server: Buffer, greeting: string): Promise<void> => {
  const layout = join(cwd, name);
  await createLayout(layout);
  const tar = await layerTar([
    { name: 'app/server', mode: 0o755, body: server },
    { name: 'etc/greeting', body: greeting },
    { name: 'var/log/app.log', body: 'l'.repeat(3000) },
  ]);
  const config = {
    Entrypoint: ['/app/server'],
    Env: [`PORT=${PORT}`],
    ExposedPorts: { [`${PORT}/tcp`]: {} },
  };
  await putImage(layout, '1', { layers: [await putLayer(layout, [tar])], config: { config } });
};

beforeAll(async () => {
  if (!requireTools(...TOOLS)) return;
  const binary = join(cwd, 'server');
  await run('gcc', ['-static', '-O1', '-D_GNU_SOURCE', '-o', binary, SOURCE]);
  const server = await readFile(binary);
  await write('app', server, 'hello\nworld\n');
  await write('other', server, 'hello\nWorld\n');
  await tryReslim(['app:1', '-o', 'slim:1'], { cwd });
  await writeFile(
    join(cwd, 'probe.py'),
    `#!/usr/bin/env python3
import os, urllib.request
url = f"http://{os.environ['RESLIM_ADDRESS']}/echo"
print(urllib.request.urlopen(url, b'asked').read())
`,
  );
  await chmod(join(cwd, 'probe.py'), 0o755);
});

const inEngine = (engine: () => RunningEngine) => {
  const options = () => ({ cwd, env: { DOCKER_HOST: `unix://${engine().socket}` } });
  const command = (args: readonly string[]) => ['verify', ...args, '--network', 'host'];
  return {
    verify: (...args: readonly string[]) => tryReslim(command(args), options()),
    start: (...args: readonly string[]) => startReslim(command(args), options()),
    /** What verifying left behind in the engine. */
    leftovers: async () =>
      (await engine().ask('ps', '--all', '--quiet')) + (await engine().ask('images', '--quiet')),
  };
};

/** All that can be asked of an image, the time included. */
const QUESTIONS = [
  ...['--run', '/app/server "two words"', '--probe', 'probe.py'],
  ...['--http', '/', '--http', 'POST /echo {"a": 1}', '--http', '/time'],
  ...['--ignore', String.raw`\d+\.\d+`],
];

describe.runIf(requireTools(...TOOLS, 'podman', 'runc'))('run in Podman', () => {
  let engine: RunningEngine;
  const { verify, start, leftovers } = inEngine(() => engine);
  beforeAll(async () => {
    engine = await startPodman();
  });
  afterAll(() => engine.close());

  test('images answer the same, and nothing of them is left in the engine', async () => {
    const { status, stdout, stderr } = await verify('app:1', 'slim:1', ...QUESTIONS);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/\n {2}ok {6}http POST \/echo \{"a": 1\}\n/);
    expect(stdout).toMatch(/^As the original: \d+ checks, 5 answers$/m);
    expect(await leftovers()).toBe('');
  });

  test('images answer in different ways: a diff shows how', async () => {
    const asked = ['--http', '/', '--http', '/time', '--json'];
    const { status, stdout } = await verify('app:1', 'other:1', ...asked);
    expect(status).toBe(3);
    const [image] = (JSON.parse(stdout) as { images: { trials: unknown }[] }).images;
    expect(image?.trials).toEqual([
      {
        kind: 'http',
        subject: '/',
        same: false,
        diff: ['--- original', '+++ slim', '@@', ' ', ' hello', '-world', '+World', ' '],
      },
      // Without --ignore a time is a difference.
      expect.objectContaining({ subject: '/time', same: false }),
    ]);
  });

  test.each([
    [['--run', '/app/none'], /run \/app\/none: not started: .*\/app\/none/],
    [
      ['--http', '/', '--wait', '1', '--env', 'PORT=1'],
      /http \/: does not listen at port \d+ within 1 s/,
    ],
  ])('an original that does not answer %j is an error', async (asked, message) => {
    const { status, stderr } = await verify('app:1', 'slim:1', ...asked);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: the original gives no answer to compare, /);
    expect(stderr).toMatch(message);
  });

  test('an interrupted run leaves no container and no image', async () => {
    const child = start('app:1', 'slim:1', '--http', '/slow');
    const outcome = outcomeOf(child);
    for (let tries = 0; (await engine.ask('ps', '--quiet')) === '' && tries < 100; tries++)
      await sleep(100);
    child.kill('SIGINT');
    expect((await outcome).status).toBe(130);
    expect(await leftovers()).toBe('');
  });
});

describe.runIf(requireTools(...TOOLS, 'dockerd', 'docker'))('run in Docker', () => {
  let engine: RunningEngine;
  const { verify, leftovers } = inEngine(() => engine);
  beforeAll(async () => {
    engine = await startDocker();
  });
  afterAll(() => engine.close());

  test('images answer the same, and nothing of them is left in the engine', async () => {
    const { status, stdout } = await verify('app:1', 'slim:1', ...QUESTIONS);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^As the original: \d+ checks, 5 answers$/m);
    expect(await leftovers()).toBe('');
  });
});
