import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Access } from '../../../../support/registry/access.ts';
import type { Exchange } from '../../../../support/registry/exchange.ts';
import { startRegistry, type Registry } from '../../../../support/registry/registry.ts';

/** One request as the registry saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  /** Milliseconds of the monotonic clock. */
  readonly at: number;
  /** Once it is known. */
  status?: number;
}

/** A registry in this process that keeps a log. */
export interface WatchedRegistry extends Registry {
  readonly seen: Seen[];
  readonly connections: ReadonlySet<Socket>;
  /** The most requests that were under way at once. */
  readonly atOnce: () => number;
}

export interface WatchedOptions {
  /** Milliseconds until an answer to a request for a blob or manifest ends. @default 0 */
  readonly delay?: number;
  readonly access?: Access;
}

export const startWatchedRegistry = async ({
  delay = 0,
  access,
}: WatchedOptions = {}): Promise<WatchedRegistry> => {
  const seen: Seen[] = [];
  const connections = new Set<Socket>();
  let underWay = 0;
  let atOnce = 0;
  const watch = (exchange: Exchange): void => {
    const { request, response, method, url } = exchange;
    const one: Seen = { method, path: url.pathname + url.search, at: performance.now() };
    seen.push(one);
    connections.add(request.socket);
    atOnce = Math.max(atOnce, ++underWay);
    response.on('close', () => underWay--);
    response.on('finish', () => (one.status = response.statusCode));
    if (delay > 0) delayEnd(exchange, delay);
    access?.(exchange);
  };
  return { ...(await startRegistry({ access: watch })), seen, connections, atOnce: () => atOnce };
};

const delayEnd = ({ response }: Exchange, delay: number): void => {
  const end = response.end.bind(response) as (...of: unknown[]) => typeof response;
  response.end = ((...of: unknown[]) => {
    void sleep(delay).then(() => end(...of));
    return response;
  }) as typeof response.end;
};

/** The most requests in any span of time. */
export const mostWithin = (window: number, requests: readonly Pick<Seen, 'at'>[]): number =>
  Math.max(
    0,
    ...requests.map(
      ({ at }) => requests.filter((other) => other.at >= at && other.at < at + window).length,
    ),
  );

/** How many requests there were with each method. */
export const byMethod = (requests: readonly Seen[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { method } of requests) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
};
