import type { AnnouncedLimit } from './rate-limit-fields.ts';

/** What a lane of requests knows of itself when it asks a quota. */
export interface LaneState {
  /** Requests that were sent and not answered yet. */
  readonly underWay: number;
  /** Requests that have to be left before one is sent. */
  readonly floor: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** An answer that told what is left, and when its request was sent and it came, counted in requests and answers. */
export interface Told {
  readonly limit: AnnouncedLimit;
  readonly sent: number;
  readonly answered: number;
  readonly now: number;
}

/** How much of a limit that a host announced is left, requests under way included. */
export class Quota {
  #limit: number | undefined;
  #remaining = Infinity;
  #answered = 0;
  /** When there is more again, as far as that is known. */
  #until = 0;
  /** Whether all of the limit is there then. */
  #isReset = false;

  /**
   * Answers overtake each other: one whose request was sent after the last answer came is newer, of others the lower
   * number counts.
   */
  told({ limit, sent, answered, now }: Told): void {
    const isNewer = sent > this.#answered;
    this.#remaining = isNewer ? limit.remaining : Math.min(this.#remaining, limit.remaining);
    if (isNewer) this.#answered = answered;
    this.#limit = limit.limit ?? this.#limit;
    this.#isReset = limit.reset !== undefined;
    this.#until = now + (limit.reset ?? nextOne(limit));
  }

  /** A request that answers are not waited for, or whose answer did not tell. */
  spend(): void {
    this.#remaining--;
  }

  /** 0 when a request may be sent; `Infinity` to ask again after an answer, else when to ask again. */
  closedUntil({ underWay, floor, now }: LaneState): number {
    if (this.#remaining - underWay >= floor) return 0;
    if (this.#remaining >= floor) return Infinity;
    if (now < this.#until) return this.#until;
    if (this.#isReset) {
      this.#remaining = this.#limit ?? Infinity;
      this.#isReset = false;
      return 0;
    }
    // Nobody said when there is more: one request finds out.
    return underWay === 0 ? 0 : Infinity;
  }
}

/** Milliseconds until a window that slides lets one more through, if they came evenly. */
const nextOne = ({ window = MINUTE, limit = 1 }: AnnouncedLimit): number =>
  Math.max(window / Math.max(limit, 1), SECOND);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
