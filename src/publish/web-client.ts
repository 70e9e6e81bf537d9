import type { NetworkOptions } from '../api/options.ts';
import { networkFor } from '../transport/network.ts';
import { basicHeader } from '../transport/registry/auth/credential.ts';
import type { HttpClient } from '../transport/registry/http/http-client.ts';
import { headerOf, type HttpMethod } from '../transport/registry/http/exchange.ts';
import { readAnswer } from '../transport/registry/http/read-answer.ts';
import { parseRetryAfter, withRetries } from '../transport/registry/http/retry.ts';
import { printableUrl } from '../transport/registry/http/url.ts';
import { createHttpClient } from '../transport/registry/options.ts';
import { RegistryError } from '../transport/registry/registry-error.ts';

export interface WebRequest {
  readonly method: HttpMethod;
  /** Credentials in it are sent as HTTP's basic authentication, and never printed. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

export interface WebAnswer {
  readonly status: number;
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** A client for servers that are no registries, with the same proxies, certificates, timeouts and retries. */
export interface WebClient {
  /** Resolves with any answer but 429 and 5xx, which are tried again and then rejected with `io`. */
  readonly ask: (request: WebRequest) => Promise<WebAnswer>;
  readonly close: () => Promise<void>;
}

export interface WebClientOptions {
  readonly network?: NetworkOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of an answer that are read. */
const ANSWER_SIZE = 8 * 1024 * 1024;

/** Few: what was found out is known already, and a job waits. */
const ATTEMPTS = 3;

export const openWebClient = ({ network, signal }: WebClientOptions): WebClient => {
  const { registry } = networkFor(network, { signal });
  const client = createHttpClient({
    ...registry,
    settings: { attempts: ATTEMPTS, ...registry.settings },
  });
  return {
    ask: (request) =>
      withRetries(client.settings, { signal }, () => askOnce(client, request, signal)),
    close: () => client.close(),
  };
};

const askOnce = async (
  client: HttpClient,
  { method, url, headers, body }: WebRequest,
  signal: AbortSignal | undefined,
): Promise<WebAnswer> => {
  const response = await client.send({
    method,
    url: withoutCredentials(url),
    headers: { ...basicAuthorization(url), ...headers },
    ...(body !== undefined && { body: Buffer.from(body) }),
    signal,
  });
  const text = Buffer.from(await readAnswer(response, ANSWER_SIZE)).toString();
  const { status } = response;
  if (status === 429 || status >= 500)
    throw new RegistryError('io', `HTTP status ${status}, ${method} ${printableUrl(url)}`, {
      status,
      retryable: true,
      retryAfter: parseRetryAfter(headerOf(response, 'retry-after'), Date.now()),
    });
  return { status, header: (name) => headerOf(response, name), text };
};

const withoutCredentials = (url: URL): URL =>
  Object.assign(new URL(url), { username: '', password: '' });

const basicAuthorization = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === '' && password === '') return {};
  return {
    authorization: basicHeader(decodeURIComponent(username), decodeURIComponent(password)),
  };
};
