import type { Environment } from '../../../base/home-folder.ts';
import type { Dispatcher } from 'undici';
import { proxyFor } from './proxy.ts';
import { sharedLookup } from './shared-lookup.ts';
import { readTlsSettings, type TlsOptions } from './tls.ts';

export interface ConnectionOptions extends TlsOptions {
  readonly connectTimeout: number;
  readonly env: Environment;
}

/** A connection pool for each origin, with its own certificates and proxy. */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #pools = new Map<string, Promise<Dispatcher>>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The connection pool for a URL's origin. */
  for(url: URL): Promise<Dispatcher> {
    const known = this.#pools.get(url.origin);
    if (known) return known;
    const opened = this.#open(url);
    this.#pools.set(url.origin, opened);
    return opened;
  }

  /** Aborts requests under way. Safe to call twice. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(async (pool) => (await pool.catch(() => undefined))?.destroy()));
  }

  async #open(url: URL): Promise<Dispatcher> {
    const { connectTimeout: timeout, env } = this.#options;
    const connecting = { timeout, lookup: sharedLookup };
    const settings =
      url.protocol === 'https:' ? await readTlsSettings(url.host, this.#options) : {};
    // It takes a while to load, and runs without a registry do not need it.
    const { Pool, ProxyAgent } = await import('undici');
    const proxy = proxyFor(url, env);
    if (!proxy) return new Pool(url.origin, { connect: { ...connecting, ...settings } });
    const proxyTls = await readTlsSettings(proxy.host, this.#options);
    return new ProxyAgent({
      uri: proxy.href,
      requestTls: { timeout, ...settings },
      proxyTls: { ...connecting, ...proxyTls },
    });
  }
}
