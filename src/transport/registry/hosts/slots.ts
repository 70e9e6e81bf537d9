import { abortedError } from '../../../base/errors.ts';

/** A place among the exchanges with a host that are under way at once. */
export interface Slot {
  /** This side is waited for: content to send, or somebody who reads what came. */
  readonly idle: () => void;
  /** The host is waited for. */
  readonly busy: () => void;
  /** Whether this side has been waited for so long that it may be waiting for another exchange. */
  readonly isStalled: () => boolean;
  /** Safe to call twice. */
  readonly release: () => void;
}

interface Holder {
  idleSince: number | undefined;
  /** Somebody else was let in meanwhile. */
  isLent: boolean;
}

/**
 * A number of slots that are given out in the order of the requests.
 *
 * An exchange holds its slot to the end of its body. The body may depend on other exchanges: what is pushed to a host
 * can come from the same one. So that they never wait for each other, the slot of an exchange that waits for this side
 * is lent to the next one; where both then go on, one more is under way for a while. Nobody else waits for a slot longer
 * than hosts take to answer.
 */
export class Slots {
  #count: number;
  readonly #waiting = new Set<() => void>();
  readonly #holders = new Set<Holder>();
  #used = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** Changes how many there are. Of fewer, those that are taken are given back first. */
  resize(count: number): void {
    this.#count = count;
    this.#letIn();
  }

  /** Rejects with `aborted` when the signal fires. */
  async acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) throw abortedError();
    if (this.#used < this.#count && this.#waiting.size === 0) this.#used++;
    else await this.#wait(signal);
    const holder: Holder = { idleSince: undefined, isLent: false };
    this.#holders.add(holder);
    return {
      idle: () => (holder.idleSince = performance.now()),
      busy: () => {
        holder.idleSince = undefined;
        if (holder.isLent) this.#used++;
        holder.isLent = false;
      },
      isStalled: () => isStalled(holder),
      release: () => {
        if (this.#holders.delete(holder) && !holder.isLent) this.#giveBack();
      },
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(start);
        reject(abortedError());
      };
      const start = (): void => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.add(start);
      this.#timer ??= setInterval(() => this.#lend(), LEND_AFTER / 2);
    });
  }

  #giveBack(): void {
    this.#used--;
    this.#letIn();
  }

  #letIn(): void {
    for (const start of this.#waiting) {
      if (this.#used >= this.#count) return;
      this.#waiting.delete(start);
      this.#used++;
      start();
    }
  }

  #lend(): void {
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    for (const holder of this.#holders) {
      if (holder.isLent || !isStalled(holder)) continue;
      holder.isLent = true;
      this.#giveBack();
    }
  }
}

const isStalled = ({ idleSince }: Holder): boolean =>
  idleSince !== undefined && idleSince <= performance.now() - LEND_AFTER;

/** Milliseconds: content that is read or made at all is there sooner. */
const LEND_AFTER = 100;
