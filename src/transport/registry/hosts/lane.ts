import type { Pace, Rate } from '../../../api/hosts.ts';
import { ReslimError, throwIfAborted } from '../../../base/errors.ts';
import { oneLine } from '../../../base/io-error.ts';
import { linkSignals } from '../http/link-signals.ts';
import { RegistryError } from '../registry-error.ts';
import type { Clock } from './clock.ts';
import { LearnedRate } from './learned-rate.ts';
import { Quota } from './quota.ts';
import type { AnnouncedLimit } from './rate-limit-fields.ts';
import { Slots } from './slots.ts';

export interface LaneOptions {
  /** The host, as messages name it. */
  readonly host: string;
  /** What the pace is kept by. */
  readonly key: string;
  /** What is limited: `requests`, or the part of them that counts. */
  readonly what: string;
  readonly pace: Pace;
  /** Milliseconds that limits are usually for. */
  readonly window: number;
  readonly clock: Clock;
  /** Counts requests and answers of the host. */
  readonly nextEvent: () => number;
  readonly note: (message: string) => void;
}

export interface LaneLimits {
  readonly rate?: Rate | undefined;
  /** Requests that have to be left by what the host announces, before one is sent. */
  readonly floor: number;
}

/** A request that was let through. */
export interface Pass {
  /** The number of the event. */
  readonly sent: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly isStalled: () => boolean;
  /** Whether it was taken from what is left, and is waited for no longer. */
  isSpent: boolean;
}

/** What a request needs beside its turn. */
export interface Prepared {
  /** Whether the host waits for content of this request, which may come with one that waits for its turn. */
  readonly isStalled: () => boolean;
  readonly release: () => void;
}

export interface LaneAnswer {
  readonly isRefused: boolean;
  /** Milliseconds that the host asked to wait. */
  readonly retryAfter: number | undefined;
  readonly limits: readonly AnnouncedLimit[];
}

/**
 * Requests of a host that are limited together: they go one after the other, when the pace, all limits that the host announced
 * and what was learned of it allow.
 */
export class Lane {
  readonly #options: LaneOptions;
  #limits: LaneLimits;
  readonly #turn = new Slots(1);
  readonly #quotas = new Map<string, Quota>();
  readonly #learned: LearnedRate;
  readonly #underWay = new Set<Pass>();
  #pausedUntil = 0;
  /** The last event at a refusal: other requests that were sent before it belong to the same one. */
  #refusedAt = 0;
  /** In a row. */
  #refusals = 0;
  /** Since when the host has taken nothing. */
  #stuckSince: number | undefined;
  #notedUntil = 0;
  #change: AbortController | undefined;

  constructor(options: LaneOptions, limits: LaneLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#learned = new LearnedRate(options.window);
  }

  /**
   * Resolves when a request may be sent, with the milliseconds that it waited for limits. `prepare` runs when its turn has
   * come. Rejects with `io` where the host takes nothing for an hour.
   */
  async enter<T extends Prepared>(
    signal: AbortSignal,
    prepare: () => Promise<T>,
  ): Promise<{ readonly pass: Pass; readonly prepared: T; readonly waited: number }> {
    const turn = await this.#turn.acquire(signal);
    try {
      const prepared = await prepare();
      try {
        const waited = await this.#untilOpen(signal);
        const { nextEvent, clock } = this.#options;
        const { isStalled } = prepared;
        const pass = { sent: nextEvent(), sentAt: clock.now(), isStalled, isSpent: false };
        this.#underWay.add(pass);
        return { pass, prepared, waited };
      } catch (error) {
        prepared.release();
        throw error;
      }
    } finally {
      turn.release();
    }
  }

  /** Keeps to other limits; requests that wait ask again. */
  limit(limits: LaneLimits): void {
    this.#limits = limits;
    this.#change?.abort();
  }

  /** To be called once for each request that was let through, without an answer where none came. */
  answered(pass: Pass, answer?: LaneAnswer): void {
    this.#underWay.delete(pass);
    if (answer) {
      if (answer.limits.length > 0) this.told(answer.limits, pass);
      else this.#spend(pass);
      if (answer.isRefused) this.#refused(pass, answer.retryAfter);
      else this.#accepted(pass);
    }
    this.#change?.abort();
  }

  /** Takes note of what an answer says is left, also one to a request that does not count. */
  told(limits: readonly AnnouncedLimit[], { sent }: Pick<Pass, 'sent'>): void {
    const { nextEvent, clock } = this.#options;
    const answered = nextEvent();
    for (const limit of limits) {
      const quota = this.#quotas.get(limit.name) ?? new Quota();
      if (this.#quotas.size < MAX_QUOTAS) this.#quotas.set(limit.name, quota);
      quota.told({ limit, sent, answered, now: clock.now() });
    }
    this.#change?.abort();
  }

  #spend(pass: Pass): void {
    if (pass.isSpent) return;
    pass.isSpent = true;
    for (const quota of this.#quotas.values()) quota.spend();
  }

  #accepted({ sentAt }: Pass): void {
    this.#refusals = 0;
    this.#stuckSince = undefined;
    this.#learned.accepted(sentAt);
  }

  #refused({ sent }: Pass, retryAfter: number | undefined): void {
    const { clock, pace, key, nextEvent } = this.#options;
    const now = clock.now();
    const isSame = sent <= this.#refusedAt;
    if (!isSame) this.#refusals++;
    this.#refusedAt = nextEvent();
    const backoff = Math.min(FIRST_PAUSE * 2 ** (this.#refusals - 1), LAST_PAUSE);
    const until = now + (retryAfter || backoff);
    if (isSame && until <= this.#pausedUntil) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
    this.#stuckSince ??= now;
    pace.pause(key, this.#pausedUntil);
    if (!isSame && this.#quotas.size === 0) this.#learned.refused({ now, until });
    this.#noteWait(until);
  }

  async #untilOpen(signal: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    let waited = 0;
    for (;;) {
      for (let until = this.#closedUntil(); until > 0; until = this.#closedUntil()) {
        const began = clock.now();
        if (until < Infinity) this.#noteWait(until);
        await this.#untilChange(until, signal);
        waited += clock.now() - began;
      }
      this.#requireHope(this.#pausedUntil);
      waited += await this.#take(signal);
      // An answer may have come while the pace was waited for.
      if (this.#closedUntil() === 0 && this.#pausedUntil <= clock.now()) return waited;
    }
  }

  /** Another pace than that of this process may fail in ways of its own. */
  async #take(signal: AbortSignal): Promise<number> {
    const { pace, key, host } = this.#options;
    try {
      return await pace.take(key, this.#rate(), signal);
    } catch (cause) {
      throwIfAborted(signal);
      if (cause instanceof ReslimError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ReslimError('io', `the pace of requests is not known (${oneLine(why)}), ${host}`, {
        cause,
      });
    }
  }

  #rate(): Rate | undefined {
    const [given, learned] = [this.#limits.rate, this.#learned.rate];
    return given && learned
      ? given.interval > learned.interval
        ? given
        : learned
      : (given ?? learned);
  }

  /** 0 when it is open, `Infinity` until an answer comes. */
  #closedUntil(): number {
    for (const pass of this.#underWay) if (pass.isStalled()) this.#spend(pass);
    const underWay = [...this.#underWay].filter(({ isSpent }) => !isSpent).length;
    if (this.#learned.isLearning && underWay > 0) return Infinity;
    const state = { underWay, floor: this.#limits.floor, now: this.#options.clock.now() };
    return Math.max(0, ...[...this.#quotas.values()].map((quota) => quota.closedUntil(state)));
  }

  async #untilChange(until: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    // Requests that are under way may stall without anybody saying so.
    const longest = until === Infinity ? LOOK_AGAIN : LONGEST_WAIT;
    if (until < Infinity) this.#requireHope(until);
    const change = (this.#change = new AbortController());
    const either = linkSignals(signal, change.signal);
    try {
      await clock.sleep(Math.min(until - clock.now(), longest), either.signal);
    } catch (error) {
      if (!change.signal.aborted) throw error;
      throwIfAborted(signal);
    } finally {
      either.unlink();
      this.#change = undefined;
    }
  }

  /** A host that has taken nothing for so long is given up, and asked again only when it said so. */
  #requireHope(until: number): void {
    const { clock, host, what } = this.#options;
    const now = clock.now();
    if (until <= now) return;
    this.#stuckSince ??= now;
    if (until - this.#stuckSince <= LONGEST_WAIT) return;
    throw new RegistryError('io', `${host} takes no more ${what} until ${timeOf(until)}`, {
      status: 429,
      retryAfter: until - now,
      hint: `try again then, or log in for a higher limit: reslim login ${host}`,
    });
  }

  #noteWait(until: number): void {
    const { clock, host, what, note } = this.#options;
    if (until - clock.now() < WORTH_A_NOTE || until - this.#notedUntil < WORTH_A_NOTE) return;
    this.#notedUntil = until;
    note(`${host} takes no more ${what} for now: they wait until ${timeOf(until)}`);
  }
}

const timeOf = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The longest that a host is waited for while it takes nothing. */
const LONGEST_WAIT = 60 * MINUTE;
/** Pauses where a host does not say how long: each one is twice as long as the one before. */
const FIRST_PAUSE = SECOND;
const LAST_PAUSE = MINUTE;
/** A tenth of one: as long as it takes to be stalled. */
const LOOK_AGAIN = SECOND / 10;
const WORTH_A_NOTE = 5 * SECOND;
/** Limits that one host announces. */
const MAX_QUOTAS = 10;
