import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { connectEngine } from '../../../src/transport/engine/engine-connection.ts';
import { openEngine } from '../../../src/transport/engine/engine-client.ts';
import { findEngine, findEngines } from '../../../src/transport/engine/find-engines.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let home: string;
beforeEach(() => {
  home = tempFolder();
});

const writeContext = (name: string, meta: object): void => {
  const folder = join(
    home,
    '.docker/contexts/meta',
    createHash('sha256').update(name).digest('hex'),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, ...meta }));
};

const listen = async (path: string): Promise<() => void> => {
  const server = createServer((_, response) => response.end('OK'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return () => server.close();
};

test('DOCKER_HOST names the engine before all else', async () => {
  writeContext('work', { Endpoints: { docker: { Host: 'unix:///context.sock' } } });
  const env = { DOCKER_HOST: 'unix:///given.sock', DOCKER_CONTEXT: 'work' };
  expect(await findEngine({ env, home })).toMatchObject({
    host: 'unix:///given.sock',
    from: 'DOCKER_HOST',
  });
});

test('the Docker context in use names the engine, from the config or from DOCKER_CONTEXT', async () => {
  writeContext('work', {
    Endpoints: { docker: { Host: 'unix:///work.sock', SkipTLSVerify: false } },
  });
  writeContext('play', { Endpoints: { docker: { Host: 'unix:///play.sock' } } });
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'work' }));
  expect((await findEngine({ env: {}, home })).host).toBe('unix:///work.sock');
  expect((await findEngine({ env: { DOCKER_CONTEXT: 'play' }, home })).host).toBe(
    'unix:///play.sock',
  );
  await expect(findEngine({ env: { DOCKER_CONTEXT: 'gone' }, home })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test("without DOCKER_HOST and a context, the user's sockets come before the machine's", async () => {
  const runtime = join(home, 'run');
  mkdirSync(join(runtime, 'podman'), { recursive: true });
  const stopPodman = await listen(join(runtime, 'podman/podman.sock'));
  try {
    const sockets = [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')];
    expect((await findEngine({ env: { XDG_RUNTIME_DIR: runtime }, home, sockets })).host).toBe(
      `unix://${sockets[1]}`,
    );
    const stopDocker = await listen(join(runtime, 'docker.sock'));
    expect((await findEngine({ env: { XDG_RUNTIME_DIR: runtime }, home })).host).toBe(
      `unix://${sockets[0]}`,
    );
    stopDocker();
  } finally {
    stopPodman();
  }
});

test('each engine is listed once, the chosen one by itself', async () => {
  const [real, link, podman] = ['real.sock', 'link.sock', 'podman.sock'].map((name) =>
    join(home, name),
  ) as [string, string, string];
  const stops = [await listen(real), await listen(podman)];
  symlinkSync(real, link);
  const sockets = [link, real, join(home, 'none.sock'), podman];
  const hosts = async (env: Record<string, string>) => {
    const { chosen, others } = await findEngines({ env, home, sockets });
    return [chosen?.from, ...others.map(({ from }) => from)];
  };
  expect(await hosts({})).toEqual([undefined, link, podman]);
  expect(await hosts({ DOCKER_HOST: `unix://${real}` })).toEqual(['DOCKER_HOST', podman]);
  expect(await hosts({ CONTAINER_HOST: `unix://${podman}` })).toEqual([
    undefined,
    'CONTAINER_HOST',
    link,
  ]);
  for (const stop of stops) stop();
});

test('a machine without any engine gets an error that says so', async () => {
  await expect(findEngine({ env: {}, home, sockets: [] })).rejects.toMatchObject({
    code: 'not-found',
    hint: expect.stringContaining('DOCKER_HOST') as string,
  });
  await expect(
    openEngine({ env: { DOCKER_HOST: `unix://${home}/none.sock` }, home }),
  ).rejects.toMatchObject({ code: 'not-found' });
});

test('an engine behind ssh is refused with a way around', async () => {
  await expect(connectEngine({ host: 'ssh://me@host', from: 'DOCKER_HOST' })).rejects.toMatchObject(
    {
      code: 'unsupported',
      hint: expect.stringContaining('ssh -NL') as string,
    },
  );
});

test('an engine behind plain tcp is used on this machine only', async () => {
  await expect(
    connectEngine({ host: 'tcp://10.0.0.1:2375', from: 'DOCKER_HOST' }),
  ).rejects.toMatchObject({ code: 'unsupported' });
  const { agent, base } = await connectEngine({
    host: 'tcp://127.0.0.1:2375',
    from: 'DOCKER_HOST',
  });
  expect(base.href).toBe('http://127.0.0.1:2375/');
  await agent.close();
});

test('certificates make the connection to a tcp engine TLS', async () => {
  writeFileSync(join(home, 'ca.pem'), 'x');
  const { agent, base } = await connectEngine({
    host: 'tcp://10.0.0.1:2376',
    from: 'DOCKER_HOST',
    certFolder: home,
  });
  expect(base.href).toBe('https://10.0.0.1:2376/');
  await agent.close();
});

test.each(['', 'docker.sock', 'unix://', 'ftp://x'])(
  '%j is refused as the address of an engine',
  async (host) => {
    await expect(connectEngine({ host, from: 'DOCKER_HOST' })).rejects.toMatchObject({
      code: 'usage',
    });
  },
);

test.each([
  ['1.41', '1.41'],
  ['1.99', '1.44'],
  ['', '1.24'],
])('an engine that offers API %j is asked in version %s', async (told, spoken) => {
  const server = createServer((_, response) => {
    if (told) response.setHeader('api-version', told);
    response.end('OK');
  });
  const path = join(home, 'e.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const engine = await openEngine({ env: { DOCKER_HOST: `unix://${path}` }, home });
  expect(engine.version).toBe(spoken);
  await engine.close();
  server.close();
});

test('an engine that is too old is refused', async () => {
  const server = createServer((_, response) => response.setHeader('api-version', '1.12').end('OK'));
  const path = join(home, 'old.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await expect(openEngine({ env: { DOCKER_HOST: `unix://${path}` }, home })).rejects.toMatchObject({
    code: 'unsupported',
  });
  server.close();
});
