import { createServer, type Server as HttpServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReslimEvent } from '../../../src/api/events.ts';
import { RegistryClient } from '../../../src/transport/registry/client.ts';
import type { RegistryOptions } from '../../../src/transport/registry/options.ts';
import { openRepository } from '../../../src/transport/registry/repository.ts';
import { listTags } from '../../../src/transport/registry/listings.ts';
import { isolated } from './support/fast.ts';
import { USER } from './support/servers.ts';
import { BASIC, collect } from './support/transfer.ts';

describe('an answer of a registry', () => {
  let server: HttpServer;
  let host: string;
  let answers: (
    path: string,
    count: number,
  ) => { status?: number; headers?: Record<string, string>; body?: unknown };
  const seen: { path: string; at: number }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      const count = seen.filter((one) => one.path === path).length;
      seen.push({ path, at: performance.now() });
      const { status = 200, headers = {}, body = {} } = path === '/v2/' ? {} : answers(path, count);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    seen.length = 0;
  });
  const tags = async (options: RegistryOptions = {}): Promise<string[]> => {
    const repository = openRepository(
      { registry: host, repository: 'a/b' },
      ['pull'],
      isolated(options),
    );
    try {
      return await collect(listTags(repository));
    } finally {
      await repository.client.close();
    }
  };

  test('is followed to its next pages by their links', async () => {
    const pages: Record<string, { headers?: Record<string, string>; body: unknown }> = {
      '/v2/a/b/tags/list?n=1000': {
        headers: { link: '</v2/a/b/tags/list?last=2>; rel="next"' },
        body: { tags: ['1', '2'] },
      },
      '/v2/a/b/tags/list?last=2': {
        headers: { link: '<list?last=3>; type="x"; rel=next' },
        body: { tags: null },
      },
      '/v2/a/b/tags/list?last=3': { body: { tags: ['3'] } },
    };
    answers = (path) => pages[path] ?? { status: 404 };
    expect(await tags()).toEqual(['1', '2', '3']);
  });

  test('is refused when its pages go in a circle or to another server', async () => {
    answers = () => ({
      headers: { link: '</v2/a/b/tags/list?n=1000>; rel="next"' },
      body: { tags: [] },
    });
    await expect(tags()).rejects.toMatchObject({ code: 'limit' });
    answers = (_, count) => ({
      headers: { link: `</v2/a/b/tags/list?n=${Math.random()}>; rel="next"` },
      body: { tags: [String(count)] },
    });
    await expect(tags({ settings: { pages: 20 } })).rejects.toMatchObject({ code: 'limit' });
    answers = () => ({
      headers: { link: '<https://other.example/v2/>; rel="next"' },
      body: { tags: [] },
    });
    await expect(tags()).rejects.toThrow(/another server/);
  });

  test.each([[{ tags: 'x' }], [{ tags: [1] }], [[]], ['text']])(
    'is refused as a list of tags: %j',
    async (body) => {
      answers = () => ({ body });
      await expect(tags()).rejects.toMatchObject({ code: 'invalid-image' });
    },
  );

  test('is asked for again after its Retry-After', async () => {
    answers = (_, count) =>
      count === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: { tags: ['late'] } };
    expect(await tags()).toEqual(['late']);
    const [first, second] = seen.filter(({ path }) => path !== '/v2/');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(950);
  });

  test('is noted once when a rate limit is nearly used up, and explains the error when it is', async () => {
    const events: ReslimEvent[] = [];
    const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '3;w=21600' };
    answers = () => ({ headers, body: { tags: [] } });
    await tags({ onEvent: (event) => events.push(event) });
    expect(events).toEqual([
      { type: 'note', message: `${host} allows 3 more pulls of 100 for now` },
    ]);
    answers = () => ({ status: 429, headers: { ...headers, 'ratelimit-remaining': '0;w=21600' } });
    await expect(tags()).rejects.toThrow(/429 with 0;w=21600 left of 100;w=21600/);
  });

  test('is quoted on one line, without our secret', async () => {
    const message = `no\u001b[2J\nway with ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`;
    answers = (_, count) =>
      count === 0
        ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
        : { status: 403, body: { errors: [{ code: 'DENIED', message }] } };
    await expect(tags({ credential: BASIC })).rejects.toThrow(
      /^the registry answered 403 DENIED \(no \[2J way with \*\*\*\), GET/,
    );
  });

  test('is refused when it asks for an unknown kind of login', async () => {
    answers = () => ({ status: 401, headers: { 'www-authenticate': 'Negotiate' } });
    await expect(tags()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('negotiate') as string,
    });
  });

  test('is not waited for where no server listens', async () => {
    const client = new RegistryClient(
      '127.0.0.1:1',
      undefined,
      isolated({ settings: { backoff: 10_000 } }),
    );
    await expect(client.send({ to: '/v2/', scopes: [], expect: [200] })).rejects.toThrow(
      /connection refused/,
    );
    await client.close();
  });
});
