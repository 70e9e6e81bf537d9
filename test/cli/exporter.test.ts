import { spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startRegistry, type Registry } from '../support/registry/registry.ts';
import { skipWithout } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startReslim, tryReslim } from '../support/try-reslim.ts';
import { makeImage, makeIndex } from '../transport/registry/support/images.ts';
import { pushTo } from '../transport/registry/support/transfer.ts';

const cwd = tempFolder();
const requests: string[] = [];
let registry: Registry;

const imageOf = (...sizes: readonly number[]) =>
  makeImage({
    layers: sizes.map((size) => Buffer.alloc(size)),
    created: '2026-01-05T12:00:00Z',
  });

beforeAll(async () => {
  registry = await startRegistry({
    access: ({ method, url }) => void requests.push(`${method} ${url.pathname}`),
  });
  await pushTo(`${registry.host}/shop/app:1.0`, imageOf(1000, 200));
  await pushTo(`${registry.host}/shop/app:1.1`, imageOf(1000, 300));
  const both = makeIndex([
    imageOf(500),
    makeImage({ layers: [Buffer.alloc(400)], architecture: 'arm64' }),
  ]);
  await pushTo(`${registry.host}/shop/both:latest`, both);
});
afterAll(() => registry?.close());

const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const configOf = async (name: string, config: object): Promise<string> => {
  // JSON is YAML.
  await writeFile(join(cwd, name), JSON.stringify(config));
  return name;
};

/** Starts the exporter on any free port. */
const start = async (config: object) => {
  const name = await configOf('running.yaml', config);
  const child = startReslim(['exporter', name, '--listen', '127.0.0.1:0', '--log-format', 'json'], {
    cwd,
  });
  running.push(child);
  const log: Record<string, string>[] = [];
  const lines = createInterface({ input: child.stderr });
  const address = await new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, string>;
      log.push(entry);
      if (entry['msg'] === 'listening') resolve(entry['address'] as string);
    });
  });
  const get = async (path: string) => {
    const response = await fetch(`http://${address}${path}`);
    return {
      status: response.status,
      body: await response.text(),
      type: response.headers.get('content-type'),
    };
  };
  const until = async (check: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await check()); tries++) {
      if (tries > 300) throw new Error(`it never happened:\n${JSON.stringify(log, undefined, 1)}`);
      await sleep(50);
    }
  };
  return { child, log, get, until };
};

const APP = { tags: ['1.0', '1.1'], labels: { environment: 'production' } };

test('--once prints metrics that promtool accepts', async () => {
  const config = await configOf('once.yaml', {
    labels: { team: 'shop' },
    repositories: [
      { name: `${registry.host}/shop/app`, ...APP },
      { name: `docker://${registry.host}/shop/both` },
      {
        name: `${registry.host}/shop/app`,
        match: '^1',
        newest: 1,
        labels: { environment: 'newest' },
      },
    ],
  });
  const { status, stdout, stderr } = await tryReslim(['exporter', config, '--once'], { cwd });
  expect(status, stderr).toBe(0);
  const sizes = stdout
    .replaceAll(registry.host, 'HOST')
    .split('\n')
    .filter((line) => line.startsWith('reslim_image_size'));
  expect(sizes.sort()).toEqual([
    'reslim_image_size_bytes{team="shop",environment="newest",registry="HOST",repository="shop/app",tag="1.1",platform="linux/amd64"} 1300',
    'reslim_image_size_bytes{team="shop",environment="production",registry="HOST",repository="shop/app",tag="1.0",platform="linux/amd64"} 1200',
    'reslim_image_size_bytes{team="shop",environment="production",registry="HOST",repository="shop/app",tag="1.1",platform="linux/amd64"} 1300',
    'reslim_image_size_bytes{team="shop",registry="HOST",repository="shop/both",tag="latest",platform="linux/amd64"} 500',
    'reslim_image_size_bytes{team="shop",registry="HOST",repository="shop/both",tag="latest",platform="linux/arm64"} 400',
  ]);
  expect(stdout).toContain(`reslim_exporter_scrape_errors_total{registry="${registry.host}"} 0`);
  skipWithout('promtool');
  const lint = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
  expect([lint.stdout, lint.stderr, lint.status]).toEqual(['', '', 0]);
});

test('a tag that did not change costs one HEAD, and nothing is pulled', async () => {
  requests.length = 0;
  const { get, until } = await start({
    interval: '1s',
    repositories: [{ name: `${registry.host}/shop/app`, ...APP }],
  });
  const isAbout = (what: string) =>
    requests.filter((line) => line === `HEAD /v2/shop/app/manifests/${what}`).length;
  await until(() => isAbout('1.0') >= 4);
  expect(requests.filter((line) => line.startsWith('GET /v2/shop')).length).toBe(4);
  expect((await get('/metrics')).body).toContain('repository="shop/app",tag="1.1"');
  const manifest = imageOf(1000, 300);
  const layers = manifest.parts.filter(({ descriptor }) =>
    descriptor.mediaType.includes('.layer.'),
  );
  for (const { descriptor } of layers) expect(requests.join('\n')).not.toContain(descriptor.digest);
});

test('it is ready after a first look, follows changes, and drops tags that are gone', async () => {
  const name = `${registry.host}/shop/moving`;
  await pushTo(`${name}:latest`, imageOf(100));
  const { get, until, log } = await start({ interval: 1, repositories: [{ name }] });
  await until(async () => (await get('/ready')).status === 200);
  expect(await get('/health')).toMatchObject({ status: 200, body: 'ok\n' });
  expect((await get('/metrics')).type).toContain('text/plain; version=0.0.4');
  expect((await get('/metrics')).body).toMatch(
    /^reslim_image_size_bytes\{.*tag="latest".*\} 100$/m,
  );
  expect((await get('/other')).status).toBe(404);
  await pushTo(`${name}:latest`, imageOf(110));
  await until(async () => /reslim_image_size_bytes\{.*\} 110\n/.test((await get('/metrics')).body));
  registry.content.delete('shop/moving');
  await until(async () => !(await get('/metrics')).body.includes('reslim_image_size_bytes{'));
  expect((await get('/metrics')).body).toMatch(/scrape_errors_total\{.*\} [1-9]/);
  expect((await get('/metrics')).body).toMatch(/last_success_timestamp_seconds\{.*\} \d+/);
  expect(log.find(({ level }) => level === 'warn')).toMatchObject({
    msg: 'tag not read',
    tag: 'latest',
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops it within a second, with status 0',
  async (signal) => {
    const { child, log, until, get } = await start({
      repositories: [{ name: `${registry.host}/shop/app`, ...APP }],
    });
    await until(async () => (await get('/ready')).status === 200);
    const started = performance.now();
    child.kill(signal);
    const [status] = (await once(child, 'close')) as [number];
    expect(status).toBe(0);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(log.at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
  },
);

test('a registry that is down is counted, and keeps nothing else from being served', async () => {
  const { get, until } = await start({
    repositories: [
      { name: '127.0.0.1:1/shop/down' },
      { name: `${registry.host}/shop/app`, ...APP },
    ],
  });
  await until(async () =>
    /scrape_errors_total\{registry="127.0.0.1:1"\} [1-9]/.test((await get('/metrics')).body),
  );
  await until(async () => (await get('/ready')).status === 200);
  expect((await get('/metrics')).body).toContain('repository="shop/app",tag="1.0"');
});

test.each([
  ['repositories: []\n', 'bad.yaml:1:15: repositories: the list is empty'],
  [
    'repositories:\n  - name: a.example/b\n    tag: x\n',
    'bad.yaml:3:5: repositories[0]: unknown key "tag", did you mean "tags"?',
  ],
  [
    'interval: 5 minutes\nrepositories: [{name: a.example/b}]\n',
    'bad.yaml:1:11: interval: write a number with s, m or h',
  ],
  [
    'labels: {tag: x}\nrepositories: [{name: a.example/b}]\n',
    'bad.yaml:1:9: labels: reslim sets registry',
  ],
  ['labels: {a-b: x}\nrepositories: [{name: a.example/b}]\n', 'labels'],
  [
    'repositories: [{name: "a.example/b:1.0"}]\n',
    'a tag where a repository should be: a.example/b:1.0',
  ],
  ['repositories: [{name: a.example/b, platform: x86}]\n', 'x86'],
  ['repositories: [{name: a.example/b, match: "!"}]\n', 'neither a glob nor a range'],
])('%j is wrong usage', async (text, words) => {
  await writeFile(join(cwd, 'bad.yaml'), text);
  const { status, stderr, stdout } = await tryReslim(['exporter', 'bad.yaml', '--once'], { cwd });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr.split('\n').length).toBeLessThan(4);
});

test('without a config, and with an address that is none or in use, it says so', async () => {
  expect(await tryReslim(['exporter'], { cwd })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no such file: reslim-exporter.yaml') as string,
  });
  const config = await configOf('address.yaml', {
    repositories: [{ name: `${registry.host}/shop/app` }],
  });
  const listenOn = (address: string) =>
    tryReslim(['exporter', config, '--listen', address], { cwd });
  expect(await listenOn('9827')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('not an address') as string,
  });
  expect(await listenOn(registry.host)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('EADDRINUSE') as string,
  });
});
