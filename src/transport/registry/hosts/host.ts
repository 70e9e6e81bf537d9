import type { HostLimits, Pace } from '../../../api/hosts.ts';
import type { HttpRequest, HttpResponse, StreamBody } from '../http/exchange.ts';
import { headerOf } from '../http/exchange.ts';
import { hasReached } from '../http/network-error.ts';
import { parseRetryAfter } from '../http/retry.ts';
import type { Clock } from './clock.ts';
import { Lane, type LaneOptions, type Pass } from './lane.ts';
import { rateFor } from './local-pace.ts';
import { readLimits } from './rate-limit-fields.ts';
import { Slots, type Slot } from './slots.ts';
import { Traffic } from './traffic.ts';

export interface HostOptions {
  readonly limits: HostLimits;
  readonly pace: Pace;
  /** Milliseconds that `rate` is for. */
  readonly window: number;
  readonly clock: Clock;
  readonly note: (message: string) => void;
}

/** One exchange: how it is sent, and what has to be done once it is over. */
export interface Exchanging {
  /** Its signal is the one of `asked`. */
  readonly asked: HttpRequest & { readonly signal: AbortSignal };
  readonly send: (asked: HttpRequest) => Promise<HttpResponse>;
  readonly onEnd: () => void;
}

/** All exchanges with one host, whichever session they belong to. */
export class Host {
  readonly name: string;
  readonly traffic: Traffic = new Traffic();
  readonly #clock: Clock;
  readonly #slots: Slots;
  readonly #lane: Lane;
  /** GETs of manifests, where the host counts only those. */
  #pulls: Lane | undefined;
  readonly #addPulls: () => Lane;
  readonly #window: number;
  #floor = FLOOR;
  #events = 0;

  constructor(name: string, { limits, window, ...options }: HostOptions) {
    this.name = name;
    this.#clock = options.clock;
    this.#window = window;
    this.#slots = new Slots(CONCURRENCY);
    const laneFor = (of: Pick<LaneOptions, 'key' | 'what'>): Lane =>
      new Lane(
        { ...options, ...of, host: name, window, nextEvent: () => ++this.#events },
        { floor: this.#floor },
      );
    this.#lane = laneFor({ key: name, what: 'requests' });
    this.#addPulls = () => (this.#pulls ??= laneFor({ key: `${name} pulls`, what: 'pulls' }));
    if (name === 'docker.io') this.#addPulls();
    this.limit(limits);
  }

  /** Keeps to other limits from now on. */
  limit({ concurrency = CONCURRENCY, rate, floor = FLOOR }: HostLimits): void {
    this.#floor = floor;
    this.#slots.resize(concurrency);
    this.#lane.limit({
      rate: rate === undefined ? undefined : rateFor(rate, this.#window, true),
      floor,
    });
    this.#pulls?.limit({ floor });
  }

  /** Sends a request when its turn has come, and counts what passes until the body of the answer ends. */
  async exchange({ asked, send, onEnd }: Exchanging): Promise<HttpResponse> {
    let begun: Begun | undefined;
    const end = (): void => {
      // The connection is free again a moment after its answer has ended; sooner, the next request would open another.
      setImmediate(() => begun?.slot.release());
      onEnd();
    };
    try {
      begun = await this.#begin(asked);
      const { slot } = begun;
      const response = await this.#answer(asked, begun, send(this.#watchSent(asked, slot)));
      asked.signal.addEventListener('abort', end, { once: true });
      return this.#watchReceived(asked, response, { slot, end });
    } catch (error) {
      end();
      throw error;
    }
  }

  /** A slot is there before the pace is asked, so that what follows is sent at once. */
  async #begin(asked: Exchanging['asked']): Promise<Begun> {
    const { signal } = asked;
    const pulls = isPull(asked) ? this.#pulls : undefined;
    const pull = await pulls?.enter(signal, async () => NOTHING);
    try {
      const { pass, prepared, waited } = await this.#lane.enter(signal, () =>
        this.#slots.acquire(signal),
      );
      this.traffic.waited(waited + (pull?.waited ?? 0));
      return { slot: prepared, pass, pull: pull?.pass };
    } catch (error) {
      if (pull) pulls?.answered(pull.pass);
      throw error;
    }
  }

  async #answer(
    { method }: HttpRequest,
    { pass, pull }: Begun,
    sending: Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    try {
      const response = await sending;
      this.traffic.request(method);
      this.#told(response, { pass, pull });
      return response;
    } catch (error) {
      if (hasReached(error)) this.traffic.request(method);
      this.#lane.answered(pass);
      if (pull) this.#pulls?.answered(pull);
      throw error;
    }
  }

  #told(response: HttpResponse, { pass, pull }: Pick<Begun, 'pass' | 'pull'>): void {
    const now = this.#clock.now();
    const limits = readLimits(response, now);
    const retryAfter = parseRetryAfter(headerOf(response, 'retry-after'), now);
    const isRefused = response.status === 429;
    const ofPulls = limits.filter(({ countsPulls }) => countsPulls);
    if (pull) this.#pulls?.answered(pull, { isRefused, retryAfter, limits: ofPulls });
    else if (ofPulls.length > 0) this.#addPulls().told(ofPulls, pass);
    this.#lane.answered(pass, {
      isRefused: isRefused && !pull,
      retryAfter,
      limits: limits.filter(({ countsPulls }) => !countsPulls),
    });
  }

  #watchSent(asked: HttpRequest, slot: Slot): HttpRequest {
    const { body } = asked;
    if (body === undefined) return asked;
    if (body instanceof Uint8Array) {
      this.traffic.sent(body.length);
      return asked;
    }
    return { ...asked, body: { ...body, open: () => this.#sent(body, slot) } };
  }

  async *#sent(body: StreamBody, slot: Slot): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      slot.idle();
      for await (const chunk of body.open()) {
        slot.busy();
        this.traffic.sent(chunk.length);
        yield chunk;
        slot.idle();
      }
    } finally {
      slot.busy();
    }
  }

  #watchReceived(asked: HttpRequest, response: HttpResponse, holding: Holding): HttpResponse {
    holding.slot.idle();
    return {
      ...response,
      body: this.#received(asked.signal, response.body, holding),
      discard: async () => {
        const size = Number(headerOf(response, 'content-length') ?? 0);
        if (asked.method !== 'HEAD' && size <= DISCARDED) this.traffic.received(size);
        await response.discard();
        asked.signal?.removeEventListener('abort', holding.end);
        holding.end();
      },
    };
  }

  async *#received(
    signal: AbortSignal | undefined,
    body: AsyncIterable<Uint8Array>,
    { slot, end }: Holding,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        slot.busy();
        const { done, value } = await iterator.next();
        if (done) return;
        this.traffic.received(value.length);
        slot.idle();
        yield value;
      }
    } finally {
      signal?.removeEventListener('abort', end);
      end();
      await iterator.return?.();
    }
  }
}

/** @see https://docs.docker.com/docker-hub/usage/pulls/#pull-definition */
const isPull = ({ method, url }: HttpRequest): boolean =>
  method === 'GET' && /^\/v2\/.+\/manifests\/[^/]+$/.test(url.pathname);

const NOTHING = { isStalled: () => false, release: (): void => {} };

interface Begun {
  readonly slot: Slot;
  readonly pass: Pass;
  /** Where it counts as a pull, too. */
  readonly pull: Pass | undefined;
}

interface Holding {
  readonly slot: Slot;
  readonly end: () => void;
}

const CONCURRENCY = 8;
const FLOOR = 1;
/** Bytes of an answer nobody wants that are read nevertheless, so that the connection can be used again. */
const DISCARDED = 128 * 1024;
