import type { Dispatcher } from 'undici';
import { abortedError, throwIfAborted } from '../../../base/errors.ts';
import type { RegistryError } from '../registry-error.ts';
import { openAnswerTimer, type AnswerTimer, type AnswerTimeSettings } from './answer-timer.ts';
import { networkError } from './network-error.ts';
import {
  watchProgress,
  watchReceived,
  watchSent,
  type ProgressOptions,
  type ProgressWatch,
} from './progress.ts';
import { openTimeBudget, spending, type TimeBudget } from './time-budget.ts';
import { unlessAborted } from '../../../base/unless-aborted.ts';
import { printableUrl } from './url.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request to one server: no redirects, no retries, no credentials of its own. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Bytes, or a stream that is opened again for every try. */
  readonly body?: Uint8Array | StreamBody | undefined;
  /** Bytes that the server has to store before it answers. @default what the body holds */
  readonly stored?: number | undefined;
  /** Overrides the setting of this name. */
  readonly headersTimeout?: number | undefined;
  /** Shared by requests that belong together. @default one of `requestTimeout` */
  readonly budget?: TimeBudget | undefined;
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

export interface ExchangeSettings extends AnswerTimeSettings {
  readonly requestTimeout: number;
  readonly stallWindow: number;
  readonly stallBytes: number;
}

/** The first value of a header. */
export const headerOf = (response: HttpResponse, name: string): string | undefined => {
  const value = response.headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Sends one request and resolves when the headers of the answer have arrived. */
export const exchange = async (
  dispatcher: Dispatcher,
  asked: HttpRequest,
  defaults: ExchangeSettings,
): Promise<HttpResponse> => {
  throwIfAborted(asked.signal);
  const { headersTimeout = defaults.headersTimeout } = asked;
  const settings = { ...defaults, headersTimeout };
  const budget = asked.budget ?? openTimeBudget(settings.requestTimeout);
  const where = `${asked.method} ${printableUrl(asked.url)}`;
  const stopper = new AbortController();
  const onAbort = (): void => stopper.abort(abortedError());
  const stop = (error: RegistryError): void => stopper.abort(error);
  asked.signal?.addEventListener('abort', onAbort, { once: true });
  const release = (): void => asked.signal?.removeEventListener('abort', onAbort);
  const watching = { ...settings, budget, where, onStall: stop };
  const watch = watchProgress(watching);
  const timer = openAnswerTimer({ settings, budget, where, onTimeout: stop });
  timer.start();
  try {
    // undici heeds the signal only once there is a connection: a request that waits for one is abandoned.
    const answer = await unlessAborted(
      dispatcher.request({
        origin: asked.url.origin,
        path: `${asked.url.pathname}${asked.url.search}`,
        method: asked.method,
        ...bodyOf(asked, { watching, timer, answer: watch }),
        // undici closes the connection after a HEAD unless it is told not to.
        reset: false,
        signal: stopper.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      stopper.signal,
    );
    timer.end();
    watch.extend(timer.grace);
    return {
      status: answer.statusCode,
      url: asked.url,
      headers: answer.headers,
      body: receive(answer.body, { watch, where, release }),
      discard: () => discard(answer.body, { stopper, release, budget }),
    };
  } catch (error) {
    release();
    throw networkError(stopper.signal.reason ?? error, where);
  } finally {
    timer.end();
  }
};

interface Sending {
  readonly watching: ProgressOptions;
  readonly timer: AnswerTimer;
  /** Watches the answer, which may begin while the body is still being sent. */
  readonly answer: ProgressWatch;
}

const bodyOf = (asked: HttpRequest, sending: Sending) => {
  const { body, headers = {}, stored } = asked;
  if (body === undefined || (body instanceof Uint8Array && body.length <= SMALL_BODY)) {
    if (stored !== undefined) sending.timer.resume(body?.length ?? 0, stored);
    return { headers, ...(body !== undefined && { body }) };
  }
  const { open, size } =
    body instanceof Uint8Array ? { open: () => once(body), size: body.length } : body;
  const length = size === undefined ? {} : { 'content-length': String(size) };
  // undici sends async iterables, although its types of `request` leave them out.
  const stream = send(open(), stored, sending) as unknown as Uint8Array;
  return { headers: { ...headers, ...length }, body: stream };
};

/** A body that fits the buffers of any connection need not be watched while it is sent. */
const SMALL_BODY = 64 * 1024;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

async function* send(
  body: AsyncIterable<Uint8Array>,
  stored: number | undefined,
  { watching, timer, answer }: Sending,
): AsyncGenerator<Uint8Array, void, undefined> {
  timer.pause();
  // Kernels accept a slow upload in large steps, many seconds apart.
  const watch = watchProgress({ ...watching, stallWindow: 2 * watching.stallWindow });
  let sent = 0;
  for await (const piece of watchSent(body, watch)) {
    sent += piece.length;
    yield piece;
    answer.moved(piece.length);
  }
  const isAnswered = !timer.resume(sent, stored ?? sent);
  if (isAnswered) answer.extend(timer.grace);
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
  readonly budget: TimeBudget;
}

/** Reads a short rest so that the connection can be used again; aborts a long or slow one. */
const discard = async (
  body: Dispatcher.ResponseData['body'],
  { stopper, release, budget }: Discarding,
): Promise<void> => {
  const timer = setTimeout(
    () => stopper.abort(abortedError()),
    Math.min(budget.left, DISCARD_TIME),
  );
  try {
    await spending(budget, () => body.dump({ limit: DISCARD_SIZE }));
  } catch {
    // The answer is not wanted, so neither is what went wrong with it.
  } finally {
    clearTimeout(timer);
    release();
  }
};

const DISCARD_SIZE = 128 * 1024;
const DISCARD_TIME = 2000;
