/**
 * What the operations of a run share for each host: connections, tokens, limits, counters, and which repository has
 * which blob. Made by `openHosts`; passed as `network.hosts`. Its opener closes it, once no operation uses it any more.
 */
export interface Hosts {
  /** Traffic so far with each host that anything was sent to, by name. */
  readonly traffic: () => readonly HostTraffic[];
  /** Keeps to other limits from now on, by `name:port`. Those that policies give go before. */
  readonly limit: (limits: Readonly<Record<string, HostLimits>>) => void;
  /** Ends all connections. Safe to call twice. */
  readonly close: () => Promise<void>;
}

export interface HostsOptions {
  /** How hosts are treated, by `name` or `name:port`. @default what the host itself asks for */
  readonly policies?: Readonly<Record<string, HostPolicy>> | undefined;
  /** What decides when requests are sent. @default one for this process alone */
  readonly pace?: Pace | undefined;
  /** Called with what the user should know: that a host is waited for, and until when. */
  readonly onNote?: ((message: string) => void) | undefined;
}

/** How one host is treated. */
export interface HostPolicy extends HostLimits {
  /** Its certificate is not checked, and it may speak plain http. @default false */
  readonly insecure?: boolean | undefined;
}

/** How much one host is asked. */
export interface HostLimits {
  /** Requests under way at once. @default 8 */
  readonly concurrency?: number | undefined;
  /** Requests per minute. @default unlimited */
  readonly rate?: number | undefined;
  /** When the host says that fewer requests than these are left, they wait for its next window. @default 1 */
  readonly floor?: number | undefined;
}

/** What was exchanged with one host in a run. */
export interface HostTraffic {
  readonly host: string;
  /** By method, retries included. */
  readonly requests: Readonly<Record<string, number>>;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Milliseconds that requests waited for a rate limit, all together. */
  readonly waitedMs: number;
}

/**
 * Decides when requests to a host are sent. Another one than that of this process lets several machines keep one rate
 * together.
 */
export interface Pace {
  /**
   * Resolves when a request may be sent, with the milliseconds that it waited: no sooner than pauses end, and no more
   * often than the rate allows. Rejects with the signal's reason, or any other error, when the signal fires. It is called
   * by one request at a time for each key.
   */
  readonly take: (key: string, rate: Rate | undefined, signal: AbortSignal) => Promise<number>;
  /** Nothing is sent before `until`, in milliseconds since the epoch. */
  readonly pause: (key: string, until: number) => void;
}

/** One request for each `interval`, on average; after a while without any, `burst` of them at once. */
export interface Rate {
  /** Milliseconds. */
  readonly interval: number;
  readonly burst: number;
}
