import type { Access } from '../../../../support/registry/access.ts';
import { Refusal, type Exchange } from '../../../../support/registry/exchange.ts';

/** A limit that a registry keeps in windows of fixed length. */
export interface Limiter {
  readonly access: Access;
  /** Requests in each window that there were any in, the refused ones included. */
  readonly windows: () => readonly number[];
  readonly refusals: () => number;
}

export interface LimiterOptions {
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
  /** What is said of the limit. */
  readonly headers?: (left: number, resetIn: number) => Readonly<Record<string, string>>;
  readonly counts?: (exchange: Exchange) => boolean;
}

export const createLimiter = ({
  limit,
  window,
  headers = () => ({}),
  counts = () => true,
}: LimiterOptions): Limiter => {
  const began = Date.now();
  const seen = new Map<number, number>();
  let refusals = 0;
  const access: Access = (exchange) => {
    const now = Date.now() - began;
    const at = Math.floor(now / window);
    const count = (seen.get(at) ?? 0) + (counts(exchange) ? 1 : 0);
    seen.set(at, count);
    const resetIn = (at + 1) * window - now;
    for (const [name, value] of Object.entries(headers(Math.max(limit - count, 0), resetIn)))
      exchange.response.setHeader(name, value);
    if (count <= limit || !counts(exchange)) return;
    refusals++;
    const retryAfter = String(Math.ceil(resetIn / 1000));
    throw new Refusal(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': retryAfter });
  };
  return { access, windows: () => [...seen.values()], refusals: () => refusals };
};
