import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { serve, type Serving } from '../../src/exporter/serve.ts';
import { answerHook, type HookOutcome } from '../../src/watch/answer-hook.ts';
import type { PushedTag } from '../../src/watch/notifications/pushed-tag.ts';

const SECRET = 'a-secret-of-some-length';
const PUSH = JSON.stringify({
  events: [{ action: 'push', target: { repository: 'team/app', tag: '1.0' } }],
});

let server: Serving;
let pushed: PushedTag[] = [];
let outcomes: HookOutcome[] = [];
beforeAll(async () => {
  server = await serve({
    listen: '127.0.0.1:0',
    metrics: { contentType: 'text/plain', text: async () => '' },
    isReady: () => true,
    command: 'reslim mirror',
    posts: {
      '/hooks': answerHook({
        secret: SECRET,
        onPushed: (tags) => pushed.push(...tags),
        onRequest: (outcome) => outcomes.push(outcome),
      }),
    },
  });
});
afterAll(() => server?.close());
beforeEach(() => {
  pushed = [];
  outcomes = [];
});

const post = async (
  body: string | Buffer,
  {
    headers = { authorization: SECRET },
    path = '/hooks',
  }: { headers?: object; path?: string } = {},
) => {
  const response = await fetch(`http://${server.address}${path}`, {
    method: 'POST',
    headers: { ...headers } as Record<string, string>,
    body,
  });
  return { status: response.status, body: await response.text() };
};

test.each<[string, object]>([
  ['the header as it is', { headers: { authorization: SECRET } }],
  ['a bearer token', { headers: { authorization: `Bearer ${SECRET}` } }],
  ['a parameter', { headers: {}, path: `/hooks?secret=${SECRET}` }],
])('who knows the secret by %s is accepted at once', async (_, how) => {
  expect(await post(PUSH, how)).toEqual({ status: 202, body: 'accepted\n' });
  expect(pushed).toEqual([{ repository: 'team/app', tag: '1.0' }]);
  expect(outcomes).toEqual(['accepted']);
});

test.each<[string, object]>([
  ['no secret', { headers: {} }],
  ['another one', { headers: { authorization: 'another-secret-of-that-length' } }],
  ['a part of it', { headers: { authorization: SECRET.slice(0, -1) } }],
  ['more than it', { headers: { authorization: `${SECRET}x` } }],
  ['nothing', { headers: { authorization: '' } }],
  ['a scheme without one', { headers: { authorization: 'Bearer ' } }],
  ['an empty parameter', { headers: {}, path: '/hooks?secret=' }],
  ['its prototype', { headers: {}, path: '/hooks?secret[toString]=1&secret=__proto__' }],
])('who knows %s is told nothing', async (_, how) => {
  expect(await post(PUSH, how)).toEqual({ status: 401, body: '' });
  expect(pushed).toEqual([]);
  expect(outcomes).toEqual(['refused']);
});

test.each<[string, string | Buffer, HookOutcome]>([
  ['nothing', '', 'unreadable'],
  ['no JSON', 'hello', 'unreadable'],
  ['bytes', Buffer.from([0xff, 0xfe, 0, 1]), 'unreadable'],
  ['another document', '{"hello": "world"}', 'unreadable'],
  ['a million brackets', '['.repeat(1_000_000), 'unreadable'],
  ['another event', '{"events": [{"action": "pull"}]}', 'ignored'],
])(
  '%s is accepted and does nothing, or the registry would send it for ever',
  async (_, body, outcome) => {
    expect(await post(body)).toEqual({ status: 202, body: 'accepted\n' });
    expect(pushed).toEqual([]);
    expect(outcomes).toEqual([outcome]);
  },
);

test('a body is bounded, whether it says how long it is or not', async () => {
  const statusOf = async (headers: object, chunk: Buffer): Promise<number | undefined> => {
    const request = httpRequest(`http://${server.address}/hooks`, {
      method: 'POST',
      headers: { authorization: SECRET, ...headers },
    });
    request.on('error', () => {});
    const answered = once(request, 'response') as Promise<[{ statusCode?: number }]>;
    for (let sent = 0; sent < 40 && !request.destroyed; sent++) request.write(chunk);
    const [{ statusCode }] = await answered;
    request.destroy();
    return statusCode;
  };
  const chunk = Buffer.alloc(65_536, 0x20);
  expect(await statusOf({ 'content-length': '1073741824' }, chunk)).toBe(413);
  expect(await statusOf({ 'transfer-encoding': 'chunked' }, chunk)).toBe(413);
  expect(outcomes).toEqual(['unreadable', 'unreadable']);
  expect((await post(PUSH)).status).toBe(202);
});

test('a body that ends early, or a connection that says nothing, harms nobody', async () => {
  const { port, hostname } = new URL(`http://${server.address}`);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /hooks HTTP/1.1\r\nhost: x\r\nauthorization: ${SECRET}\r\ncontent-length: 1000\r\n\r\n{`,
  );
  await once(socket, 'connect');
  socket.destroy();
  expect((await post(PUSH)).status).toBe(202);
  await expect.poll(() => outcomes).toContain('unreadable');
});

test('other paths and methods are what they are without hooks', async () => {
  expect(await post(PUSH, { path: '/hook' })).toMatchObject({ status: 405 });
  expect(await post(PUSH, { path: '/metrics' })).toMatchObject({ status: 405 });
  expect(await post(PUSH, { path: '/toString' })).toMatchObject({ status: 405 });
  expect((await fetch(`http://${server.address}/hooks`)).status).toBe(405);
  expect(await (await fetch(`http://${server.address}/`)).text()).toBe(
    'reslim mirror: /metrics, /health, /ready\n',
  );
});
