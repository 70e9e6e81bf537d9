import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

/** One request as it passes the proxy. */
export interface Passing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  /** How often the rule fired before, from 0. */
  readonly count: number;
  /** Reads the request's body to its end. */
  readonly readBody: () => Promise<Buffer>;
  /** Sends the request on and resolves with the whole answer. */
  readonly forward: (body?: Buffer) => Promise<Answer>;
  /** Gives the client an answer. */
  readonly reply: (answer: Answer) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Something that goes wrong: which requests it hits, how often, and what happens then. */
export interface Rule {
  readonly matches: (method: string, path: string, headers: IncomingHttpHeaders) => boolean;
  /** Requests that pass unharmed before. */
  readonly after?: number | undefined;
  readonly times: number;
  readonly act: (passing: Passing) => Promise<void> | void;
}

/** A proxy in front of a registry and its token server, which injects faults. */
export interface FaultProxy {
  readonly host: string;
  rules: Rule[];
  /** `METHOD path` of all requests, for assertions. */
  readonly seen: { method: string; path: string; headers: IncomingHttpHeaders }[];
  /** Applied to every answer that passes unharmed. */
  touch: (answer: Answer, method: string, path: string) => Answer;
  /** Where requests go: `http://host:port`. */
  upstream: string;
  /** Where requests for tokens go. */
  tokens: string | undefined;
  /** Headers of its own, as a storage service that knows the registry would send. */
  ownHeaders: (path: string) => Record<string, string>;
  /** How many rules fired. */
  fired: number;
  close(): Promise<void>;
}

export const startFaultProxy = async (): Promise<FaultProxy> => {
  const server = createServer();
  const proxy: FaultProxy = {
    host: '',
    rules: [],
    seen: [],
    touch: (answer) => answer,
    upstream: '',
    tokens: undefined,
    ownHeaders: () => ({}),
    fired: 0,
    close: () => close(server),
  };
  const counts = new Map<Rule, number>();
  server.on('request', (request, response) => {
    handle(proxy, counts, { request, response }).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, { host: `127.0.0.1:${(server.address() as { port: number }).port}` });
};

const handle = async (
  proxy: FaultProxy,
  counts: Map<Rule, number>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> => {
  const method = request.method ?? '';
  const path = request.url ?? '';
  request.on('error', () => {});
  response.on('error', () => {});
  proxy.seen.push({ method, path, headers: request.headers });
  const rule = proxy.rules.find((one) => {
    if (!one.matches(method, path, request.headers)) return false;
    const count = (counts.get(one) ?? 0) + 1;
    counts.set(one, count);
    return count > (one.after ?? 0) && count <= (one.after ?? 0) + one.times;
  });
  const passing = passingOf(proxy, {
    request,
    response,
    method,
    path,
    count: rule ? (counts.get(rule) ?? 1) - 1 : 0,
  });
  if (rule) {
    proxy.fired++;
    await rule.act(passing);
    return;
  }
  passing.reply(proxy.touch(await passing.forward(), method, path));
};

const passingOf = (
  proxy: FaultProxy,
  known: Pick<Passing, 'request' | 'response' | 'method' | 'path' | 'count'>,
): Passing => {
  const { request, response, method, path } = known;
  const readBody = async (): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  return {
    ...known,
    readBody,
    forward: async (body) => {
      const isToken = proxy.tokens !== undefined && path.startsWith('/token');
      const headers = { ...request.headers, ...proxy.ownHeaders(path) };
      delete headers['transfer-encoding'];
      const base = isToken ? (proxy.tokens ?? '') : proxy.upstream;
      return send(new URL(path, base), { method, headers, body: body ?? (await readBody()) });
    },
    reply: ({ status, headers, body }) => {
      const { 'transfer-encoding': _, connection: __, ...rest } = headers;
      response.writeHead(status, rest);
      response.end(method === 'HEAD' ? undefined : body);
    },
  };
};

interface Sending {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const send = (url: URL, { method, headers, body }: Sending): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = body.length > 0 || method === 'PUT' || method === 'POST' || method === 'PATCH';
    const outgoing = httpRequest(
      url,
      {
        method,
        agent: false,
        headers: {
          ...headers,
          connection: 'close',
          ...(length && { 'content-length': body.length }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const close = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
};
