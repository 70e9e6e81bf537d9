import type { Dispatcher } from 'undici';
import { abortedError, throwIfAborted } from '../../../base/errors.ts';
import { RegistryError } from '../registry-error.ts';
import { networkError } from './network-error.ts';
import { watchProgress, watchReceived, watchSent, type ProgressWatch } from './progress.ts';
import { printableUrl } from './url.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request to one server: no redirects, no retries, no credentials of its own. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Bytes at hand, or a stream opened anew for every sending. */
  readonly body?: Uint8Array | StreamBody | undefined;
  /** Overrides the setting of this name. */
  readonly headersTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StreamBody {
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Left out, the body goes in HTTP chunks. */
  readonly size?: number | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** The URL that answered. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Consume it, or call `discard`. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface ExchangeSettings {
  readonly headersTimeout: number;
  readonly stallWindow: number;
  readonly stallBytes: number;
}

/** The first value of a header. */
export const headerOf = (response: HttpResponse, name: string): string | undefined => {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Sends one request and resolves when the answer's headers are there. */
export const exchange = async (
  dispatcher: Dispatcher,
  asked: HttpRequest,
  settings: ExchangeSettings,
): Promise<HttpResponse> => {
  throwIfAborted(asked.signal);
  const { request } = await import('undici');
  const where = `${asked.method} ${printableUrl(asked.url)}`;
  const stopper = new AbortController();
  const onAbort = (): void => stopper.abort(abortedError());
  asked.signal?.addEventListener('abort', onAbort, { once: true });
  const release = (): void => asked.signal?.removeEventListener('abort', onAbort);
  const watch = watchProgress({ ...settings, where, onStall: (error) => stopper.abort(error) });
  const patience = headersTimer(asked.headersTimeout ?? settings.headersTimeout, where, stopper);
  try {
    const answer = await request(asked.url, {
      dispatcher,
      method: asked.method,
      ...bodyOf(asked, watch, patience.start),
      signal: stopper.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return {
      status: answer.statusCode,
      url: asked.url,
      headers: answer.headers,
      body: receive(answer.body, { watch, where, release }),
      discard: () => discard(answer.body, { stopper, release, window: settings.stallWindow }),
    };
  } catch (error) {
    release();
    throw networkError(stopper.signal.reason ?? error, where);
  } finally {
    patience.stop();
  }
};

const headersTimer = (timeout: number, where: string, stopper: AbortController) => {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  const start = (): void => {
    stop();
    timer = setTimeout(() => {
      const what = `no answer within ${timeout / 1000} s`;
      stopper.abort(new RegistryError('io', `${what}, ${where}`, { retryable: true }));
    }, timeout);
  };
  return { start, stop };
};

const bodyOf = (asked: HttpRequest, watch: ProgressWatch, onSent: () => void) => {
  const { body, headers = {} } = asked;
  if (body === undefined || body instanceof Uint8Array) {
    onSent();
    return { headers, ...(body !== undefined && { body }) };
  }
  const length = body.size === undefined ? {} : { 'content-length': String(body.size) };
  // undici sends async iterables, although its types of `request` leave them out.
  const stream = sendThen(watchSent(body.open(), watch), onSent) as unknown as Uint8Array;
  return { headers: { ...headers, ...length }, body: stream };
};

async function* sendThen(
  body: AsyncIterable<Uint8Array>,
  onSent: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* body;
  onSent();
}

interface Receiving {
  readonly watch: ProgressWatch;
  readonly where: string;
  readonly release: () => void;
}

async function* receive(
  body: AsyncIterable<Uint8Array>,
  { watch, where, release }: Receiving,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* watchReceived(body, watch);
  } catch (error) {
    throw networkError(error, where);
  } finally {
    release();
  }
}

interface Discarding {
  readonly stopper: AbortController;
  readonly release: () => void;
  readonly window: number;
}

/** Reads a short rest so that the connection can be used again; cuts a long or slow one. */
const discard = async (
  body: Dispatcher.ResponseData['body'],
  { stopper, release, window }: Discarding,
): Promise<void> => {
  const timer = setTimeout(() => stopper.abort(abortedError()), Math.min(window, DISCARD_TIME));
  try {
    await body.dump({ limit: DISCARD_SIZE });
  } catch {
    // The answer is not wanted, so neither is what went wrong with it.
  } finally {
    clearTimeout(timer);
    release();
  }
};

const DISCARD_SIZE = 128 * 1024;
const DISCARD_TIME = 5000;
