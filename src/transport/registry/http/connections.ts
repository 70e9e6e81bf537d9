import type { Environment } from '../../../base/home-folder.ts';
import type { Dispatcher } from 'undici';
import { proxyFor } from './proxy.ts';
import { sharedLookup } from './shared-lookup.ts';
import { SecureContexts } from './secure-contexts.ts';
import { readTlsSettings, type TlsOptions } from './tls.ts';

export interface ConnectionOptions extends TlsOptions {
  readonly connectTimeout: number;
  readonly env: Environment;
}

/** A connection pool for each origin and each way to reach it, with its own certificates and proxy. */
export class Connections {
  readonly #pools = new Map<string, Promise<Dispatcher>>();
  readonly #contexts = new SecureContexts();

  /** The connection pool for a URL's origin. */
  for(url: URL, options: ConnectionOptions): Promise<Dispatcher> {
    const { env, ...how } = options;
    const key = JSON.stringify([url.origin, proxyFor(url, env)?.href, how]);
    const known = this.#pools.get(key);
    if (known) return known;
    const opened = open(url, options, this.#contexts);
    this.#pools.set(key, opened);
    // Files that cannot be read may be there for the next one.
    opened.catch(() => this.#pools.delete(key));
    return opened;
  }

  /** Aborts requests under way. Safe to call twice. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(async (pool) => (await pool.catch(() => undefined))?.destroy()));
  }
}

const open = async (
  url: URL,
  options: ConnectionOptions,
  contexts: SecureContexts,
): Promise<Dispatcher> => {
  const { connectTimeout: timeout, env } = options;
  const connecting = { timeout, lookup: sharedLookup };
  const tlsFor = async (host: string) => contexts.prepare(await readTlsSettings(host, options));
  const settings = url.protocol === 'https:' ? await tlsFor(url.host) : {};
  // It takes a while to load, and runs without a registry do not need it.
  const { Pool, ProxyAgent } = await import('undici');
  const proxy = proxyFor(url, env);
  if (!proxy) return new Pool(url.origin, { connect: { ...connecting, ...settings } });
  const proxyTls = await tlsFor(proxy.host);
  return new ProxyAgent({
    uri: proxy.href,
    requestTls: { timeout, ...settings },
    proxyTls: { ...connecting, ...proxyTls },
  });
};
