import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type Answer, type FaultProxy } from './support/fault-proxy.ts';
import { makeImage, makeIndex, type TestImage } from './support/images.ts';
import { describeRegistries } from './support/registries.ts';
import type { Server } from './support/servers.ts';
import { pullFrom, pushTo } from './support/transfer.ts';

type Touch = FaultProxy['touch'];

const without =
  (...names: readonly string[]) =>
  (answer: Answer): Answer => ({
    ...answer,
    headers: Object.fromEntries(
      Object.entries(answer.headers).filter(([name]) => !names.includes(name)),
    ),
  });

const withHeaders = (answer: Answer, headers: Record<string, string>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

const error = (status: number): Answer => ({ status, headers: {}, body: Buffer.alloc(0) });

const isManifest = (path: string): boolean => path.includes('/manifests/');

/** Rewrites where an upload goes on. */
const movedTo =
  (spell: (location: URL) => string): Touch =>
  (answer) => {
    const { location } = answer.headers;
    return location?.includes('/uploads/')
      ? withHeaders(answer, { location: spell(new URL(location)) })
      : answer;
  };

/** Servers that are odd, each in a way that was seen or that the specification allows. */
const QUIRKS: readonly (readonly [string, Touch])[] = [
  ['names uploads by an absolute path', movedTo(({ pathname, search }) => pathname + search)],
  [
    'names uploads relative to the request',
    // Answers come from `…/uploads/` and from `…/uploads/UUID`: both have the same folder.
    movedTo(({ pathname, search }) => pathname.replace(/^.*\//, '') + search),
  ],
  ['has no digest header', without('docker-content-digest')],
  ['has no length', without('content-length')],
  [
    'has no content type but JSON',
    (answer, _, path) =>
      isManifest(path) ? withHeaders(answer, { 'content-type': 'application/json' }) : answer,
  ],
  [
    'adds a charset',
    (answer, _, path) =>
      isManifest(path)
        ? withHeaders(answer, {
            'content-type': `${answer.headers['content-type']}; charset=utf-8`,
          })
        : answer,
  ],
  ['knows no HEAD', (answer, method) => (method === 'HEAD' ? error(405) : answer)],
  [
    'forbids HEAD, as storage does behind a link signed for GET',
    (answer, method) => (method === 'HEAD' ? error(403) : answer),
  ],
  [
    'compresses documents, asked or not',
    (answer, method, path) => {
      if (!isManifest(path) || answer.status !== 200) return answer;
      const body = gzipSync(answer.body);
      const headers = { 'content-encoding': 'gzip', 'content-length': String(body.length) };
      return { ...withHeaders(answer, headers), body: method === 'HEAD' ? answer.body : body };
    },
  ],
  [
    'accepts what others create',
    (answer) => (answer.status === 201 ? { ...answer, status: 202 } : answer),
  ],
];

describeRegistries('with the base', {}, (start) => {
  let server: Server;
  let proxy: FaultProxy;
  beforeAll(async () => {
    server = await start({ isInMemory: true });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    proxy = await startFaultProxy();
    proxy.upstream = `http://${server.host}`;
  });
  afterEach(() => proxy.close());

  const digests = ({ parts }: TestImage): Set<string> =>
    new Set(parts.map(({ descriptor }) => descriptor.digest));

  test.each(QUIRKS)('a registry that %s takes and gives images', async (_, touch) => {
    proxy.touch = touch;
    const image = makeIndex([makeImage(), makeImage({ architecture: 'arm64' })]);
    for (const isUnknown of [false, true]) {
      const name = `${proxy.host}/odd/app-${String(isUnknown)}:1.0`;
      await pushTo(name, image, { isUnknown });
      expect(await pullFrom(name)).toEqual(digests(image));
    }
  });

  // Connections stay open after a HEAD, and what comes then is no answer to the next request.
  test('a registry that sends a body with HEAD takes and gives images', async () => {
    proxy.rules = [
      {
        matches: (method) => method === 'HEAD',
        times: Infinity,
        act: async ({ response, forward }) => {
          const { status, headers } = await forward();
          const { connection: _, 'transfer-encoding': __, ...rest } = headers;
          // Node leaves the body away otherwise.
          Object.assign(response, { _hasBody: true });
          response.writeHead(status, rest);
          response.end(Buffer.alloc(Number(headers['content-length'] ?? 0), 'x'));
        },
      },
    ];
    const image = makeImage();
    await pushTo(`${proxy.host}/odd/body:1.0`, image);
    expect(await pullFrom(`${proxy.host}/odd/body:1.0`)).toEqual(digests(image));
  });

  test('a registry that has another digest for a manifest than what was put is not trusted', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    proxy.touch = (answer, method) =>
      method === 'PUT' && answer.headers['docker-content-digest']
        ? withHeaders(answer, { 'docker-content-digest': digest })
        : answer;
    await expect(pushTo(`${proxy.host}/odd/wrong:1.0`, makeImage())).rejects.toMatchObject({
      code: 'mismatch',
    });
  });
});
