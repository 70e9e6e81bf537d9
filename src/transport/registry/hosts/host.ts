import type { HostPolicy, Pace, Rate } from '../../../api/hosts.ts';
import type { HttpRequest, HttpResponse, StreamBody } from '../http/exchange.ts';
import { headerOf } from '../http/exchange.ts';
import { hasReached } from '../http/network-error.ts';
import { rateFor } from './local-pace.ts';
import { Slots, type Slot } from './slots.ts';
import { Traffic } from './traffic.ts';

export interface HostOptions {
  readonly policy: HostPolicy;
  readonly pace: Pace;
  /** Milliseconds that `rate` is for. */
  readonly window: number;
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
  readonly #pace: Pace;
  readonly #rate: Rate | undefined;
  readonly #slots: Slots;
  readonly #turn = new Slots(1);

  constructor(name: string, { policy, pace, window }: HostOptions) {
    const { concurrency = CONCURRENCY, rate } = policy;
    this.name = name;
    this.#pace = pace;
    this.#rate = rate === undefined ? undefined : rateFor(rate, window, true);
    this.#slots = new Slots(concurrency);
  }

  /** Sends a request when its turn has come, and counts what passes until the body of the answer ends. */
  async exchange({ asked, send, onEnd }: Exchanging): Promise<HttpResponse> {
    let slot: Slot | undefined;
    const end = (): void => {
      // The connection is free again a moment after its answer has ended; sooner, the next request would open another.
      setImmediate(() => slot?.release());
      onEnd();
    };
    try {
      slot = await this.#begin(asked.signal);
      const response = await this.#count(asked.method, send(this.#watchSent(asked, slot)));
      asked.signal.addEventListener('abort', end, { once: true });
      return this.#watchReceived(asked, response, { slot, end });
    } catch (error) {
      end();
      throw error;
    }
  }

  /** First come, first served; a slot is there before the pace is asked, so that it is not slower than it says. */
  async #begin(signal: AbortSignal): Promise<Slot> {
    const turn = await this.#turn.acquire(signal);
    try {
      const slot = await this.#slots.acquire(signal);
      try {
        this.traffic.waited(await this.#pace.take(this.name, this.#rate, signal));
        return slot;
      } catch (error) {
        slot.release();
        throw error;
      }
    } finally {
      turn.release();
    }
  }

  async #count(method: string, sending: Promise<HttpResponse>): Promise<HttpResponse> {
    try {
      const response = await sending;
      this.traffic.request(method);
      return response;
    } catch (error) {
      if (hasReached(error)) this.traffic.request(method);
      throw error;
    }
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

interface Holding {
  readonly slot: Slot;
  readonly end: () => void;
}

const CONCURRENCY = 8;
/** Bytes of an answer nobody wants that are read nevertheless, so that the connection can be used again. */
const DISCARDED = 128 * 1024;
