/**
 * How long one request may still wait without progress, over all its tries. Each wait is cut to
 * what is left, so that all timeouts together do not exceed the total.
 */
export interface TimeBudget {
  /** Milliseconds. */
  readonly left: number;
  /** Subtracts milliseconds that were waited without progress. */
  readonly spend: (milliseconds: number) => void;
  /** Gives time back for bytes that did not have to be sent or read before. */
  readonly earn: (bytes: number) => void;
}

/** Bytes of progress that give back a second. */
const BYTES_PER_SECOND = 1024 * 1024;

export const openTimeBudget = (total: number): TimeBudget => {
  let left = total;
  return {
    get left() {
      return left;
    },
    spend: (milliseconds) => {
      left = Math.max(left - milliseconds, 0);
    },
    earn: (bytes) => {
      left = Math.min(left + (bytes / BYTES_PER_SECOND) * 1000, total);
    },
  };
};

/** Spends what an action takes, whether it succeeds or not. */
export const spending = async <T>(budget: TimeBudget, action: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  try {
    return await action();
  } finally {
    budget.spend(performance.now() - started);
  }
};
