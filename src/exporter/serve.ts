import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReslimError } from '../base/errors.ts';
import type { Metrics } from './metrics-registry.ts';

export interface ServeOptions {
  readonly listen: string;
  readonly metrics: Metrics;
  /** Whether everything was looked at once. */
  readonly isReady: () => boolean;
  /** The command that serves, for who looks at `/`. */
  readonly command: string;
  /** What answers requests by POST, by path. @default nothing does */
  readonly posts?: Readonly<Record<string, AnswerPost>> | undefined;
}

/** Answers a request whose body was not read yet; one that is left unread closes the connection. Must not reject. */
export type AnswerPost = (request: IncomingMessage) => Promise<PostAnswer>;

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Serving {
  /** `HOST:PORT` with the port that is used. */
  readonly address: string;
  /** Lets answers under way end, and takes no new requests. */
  readonly close: () => Promise<void>;
}

/** Serves `/metrics`, `/health`, `/ready` and what is given. Rejects with `usage` for an address that is none, with `io` for one in use. */
export const serve = async (options: ServeOptions): Promise<Serving> => {
  const { host, port } = parseAddress(options.listen);
  const server = createServer((request, response) => void answer(request, response, options));
  server.requestTimeout = REQUEST_TIMEOUT;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new ReslimError('io', `cannot listen on ${options.listen}: ${error.code}`, {
          hint: 'choose another address with --listen',
          cause: error,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: used } = server.address() as AddressInfo;
  return {
    address: `${host === undefined ? '' : host.includes(':') ? `[${host}]` : host}:${used}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};

/** Milliseconds for a request to arrive. */
const REQUEST_TIMEOUT = 10_000;
/** Prometheus keeps one open for each of its servers. */
const MAX_CONNECTIONS = 100;
/** Milliseconds for answers under way when the exporter stops. */
const CLOSE_TIMEOUT = 2000;

const parseAddress = (text: string): { host: string | undefined; port: number } => {
  const [, host = '', port = ''] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]*):(\d{1,5})$/.exec(text) ?? [];
  if (port !== '' && Number(port) < 65_536)
    return { host: host.replace(/^\[|\]$/g, '') || undefined, port: Number(port) };
  throw new ReslimError('usage', `not an address to listen on: ${JSON.stringify(text)}`, {
    hint: 'write HOST:PORT, or :PORT for all addresses',
  });
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, isReady, command, posts = {} }: ServeOptions,
): Promise<void> => {
  const send = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
    const closes = request.method === 'POST' && !request.complete;
    response.writeHead(status, {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      ...(closes && { connection: 'close' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const post = Object.hasOwn(posts, path) ? posts[path] : undefined;
  if (request.method === 'POST' && post) {
    const { status, body } = await post(request);
    return send(status, body);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'only GET\n');
  if (post) return send(405, 'only POST\n');
  if (path === '/metrics') {
    try {
      return send(200, await metrics.text(), metrics.contentType);
    } catch {
      return send(500, 'the metrics could not be written\n');
    }
  }
  if (path === '/health') return send(200, 'ok\n');
  if (path === '/ready') return isReady() ? send(200, 'ok\n') : send(503, 'starting\n');
  if (path === '/') return send(200, `${command}: ${PATHS}\n`);
  return send(404, `there are ${PATHS}\n`);
};

const PATHS = '/metrics, /health, /ready';
