import type { Rate } from '../../../api/hosts.ts';
import { rateFor } from './local-pace.ts';

export interface Refusal {
  readonly now: number;
  /** Until when the host asked to wait. */
  readonly until: number;
}

/**
 * The rate of a host that says only how long to wait once it was exceeded.
 *
 * After a refusal the host is asked at full speed, one request at a time, until it refuses the next one: what it took
 * meanwhile, and the time until it takes more, are its rate, at which requests are sent from then on, evenly spaced. So
 * no window but the first one sees more than the limit and one. After ten minutes without a refusal it is found out anew,
 * since limits change.
 */
export class LearnedRate {
  readonly #window: number;
  /** When the last requests were sent that the host took. */
  #accepted: number[] = [];
  /** The longest that the host asked to wait: its window is no shorter. */
  #longest = 0;
  #known: { readonly limit: number; readonly window: number } | undefined;
  #isLearning = false;
  /** When learning began, by the first request that was taken; or when the rate was learned. */
  #since: number | undefined;
  /** Requests that were sent before this are of no use for it. */
  #notBefore = 0;

  /** `window` is what limits are usually for, in milliseconds. */
  constructor(window: number) {
    this.#window = window;
  }

  get rate(): Rate | undefined {
    const known = this.#isLearning ? undefined : this.#known;
    return known && rateFor(known.limit, known.window, false);
  }

  /** Whether a request may be sent only when all others are answered. */
  get isLearning(): boolean {
    return this.#isLearning;
  }

  accepted(sentAt: number): void {
    if (this.#accepted.push(sentAt) > 2 * MAX_KEPT)
      this.#accepted = this.#accepted.slice(-MAX_KEPT);
    if (this.#known === undefined || sentAt < this.#notBefore) return;
    const since = (this.#since ??= sentAt);
    const window = Math.max(this.#window, this.#longest);
    if (!this.#isLearning) {
      if (sentAt - since > PATIENCE * window) this.#begin(sentAt);
    } else if (sentAt - since > window) {
      this.#learned(Math.max(this.#known.limit, this.#countFrom(since)), window, sentAt);
    }
  }

  /** Called once for all requests that were under way when the first of them was refused. */
  refused({ now, until }: Refusal): void {
    this.#longest = Math.max(this.#longest, until - now);
    this.#notBefore = until;
    const isFirst = this.#known === undefined;
    const since = this.#isLearning ? this.#since : until - this.#window;
    // A refusal before anything was taken says only that it was too early.
    if (since !== undefined && (this.#isLearning || isFirst)) {
      const window = Math.max(until - since, this.#longest);
      this.#learned(Math.max(this.#countFrom(until - window), 1), window, until);
      if (!isFirst) return;
    }
    this.#begin(undefined);
  }

  #begin(since: number | undefined): void {
    this.#isLearning = true;
    this.#since = since;
  }

  #learned(limit: number, window: number, now: number): void {
    this.#known = { limit, window };
    this.#isLearning = false;
    this.#since = now;
  }

  #countFrom(time: number): number {
    return this.#accepted.filter((sentAt) => sentAt >= time).length;
  }
}

/** Windows. */
const PATIENCE = 10;
/** Requests, the last ones. */
const MAX_KEPT = 10_000;
