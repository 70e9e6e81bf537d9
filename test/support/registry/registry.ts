import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { anyone, type Access } from './access.ts';
import { answerBlob, answerUpload, beginUpload } from './blobs.ts';
import type { Content } from './content.ts';
import { Refusal, sendBytes, type Exchange } from './exchange.ts';
import { answerCatalog, answerReferrers, answerTags } from './listings.ts';
import { answerManifest } from './manifests.ts';

/*
 * A registry in this process, written from the specification alone and strict about it, so that tests of
 * registries run on every machine. It keeps all in memory.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */

export interface RegistryOptions {
  /** @default everybody may do everything */
  readonly access?: Access;
  /** Speaks TLS with this key and certificate. */
  readonly tls?: ServerOptions;
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** Has the referrers API. @default true */
  readonly referrers?: boolean;
  /** Entries of a list that come on one page. @default 100 */
  readonly pageSize?: number;
}

export interface Registry {
  /** `127.0.0.1:PORT`, or `[::1]:PORT` */
  readonly host: string;
  readonly content: Content;
  readonly close: () => Promise<void>;
}

export const startRegistry = async (options: RegistryOptions = {}): Promise<Registry> => {
  const { tls, address = '127.0.0.1' } = options;
  const content: Content = new Map();
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(content, options, { request, response });
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as { port: number };
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { host: `${address.includes(':') ? `[${address}]` : address}:${port}`, content, close };
};

interface Connection {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const answer = async (
  content: Content,
  options: RegistryOptions,
  { request, response }: Connection,
): Promise<void> => {
  const method = request.method ?? '';
  const url = new URL(request.url ?? '', `${options.tls ? 'https' : 'http'}://registry`);
  const bare: Exchange = { request, response, method, url, name: '', last: '' };
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  try {
    await route(content, options, bare);
  } catch (error) {
    if (!(error instanceof Refusal)) return void request.socket.destroy();
    const body = { errors: [{ code: error.code, message: error.message }] };
    const headers = { 'content-type': 'application/json', ...error.headers };
    sendBytes(bare, error.status, headers, Buffer.from(JSON.stringify(body)));
    // An unread rest of the body would block the connection.
    request.resume();
  }
};

const NAME = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:\\/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*';

type Route = readonly [methods: string, path: RegExp, answer: (exchange: Exchange) => unknown];

const route = (content: Content, options: RegistryOptions, bare: Exchange): unknown => {
  const { access = anyone, referrers = true, pageSize = 100 } = options;
  const path = (rest: string): RegExp => new RegExp(`^\\/v2\\/(${NAME})\\/${rest}$`);
  const routes: readonly Route[] = [
    [
      'GET HEAD',
      /^\/v2\/$/,
      (exchange) =>
        sendBytes(exchange, 200, { 'content-type': 'application/json' }, Buffer.from('{}')),
    ],
    ['GET', /^\/v2\/_catalog$/, (exchange) => answerCatalog(content, exchange, pageSize)],
    ['GET', path('tags\\/list'), (exchange) => answerTags(content, exchange, pageSize)],
    ['POST', path('blobs\\/uploads\\/'), (exchange) => beginUpload(content, exchange)],
    [
      'GET PATCH PUT DELETE',
      path('blobs\\/uploads\\/([0-9a-f-]+)'),
      (exchange) => answerUpload(content, exchange),
    ],
    ['GET HEAD DELETE', path('blobs\\/([^/]+)'), (exchange) => answerBlob(content, exchange)],
    [
      'GET HEAD PUT DELETE',
      path('manifests\\/([^/]+)'),
      (exchange) => answerManifest(content, exchange, { referrers }),
    ],
    [
      referrers ? 'GET' : '',
      path('referrers\\/([^/]+)'),
      (exchange) => answerReferrers(content, exchange, pageSize),
    ],
  ];
  for (const [methods, pattern, action] of routes) {
    const [found, name = '', last = ''] = pattern.exec(bare.url.pathname) ?? [];
    if (found === undefined) continue;
    const exchange = { ...bare, name, last: decodeURIComponent(last) };
    access(exchange);
    if (methods.split(' ').includes(bare.method)) return action(exchange);
    if (methods === '') break;
    throw new Refusal(405, 'UNSUPPORTED', `${bare.method} is not for this address`);
  }
  access(bare);
  throw new Refusal(404, 'NAME_INVALID', 'no such address');
};
