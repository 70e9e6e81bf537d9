import type { SecureContext } from 'node:tls';
import * as tls from 'node:tls';
import type { TlsSettings } from './tls.ts';

/** Settings whose certificates were read into a context, or as they were. */
export type PreparedTls = TlsSettings | PreparedContext;

interface PreparedContext extends Pick<TlsSettings, 'rejectUnauthorized'> {
  readonly secureContext: SecureContext;
}

/**
 * What certificates were read into, for all connections that use the same: to read the usual authorities takes
 * tens of milliseconds, and Node would do that for each connection.
 */
export class SecureContexts {
  readonly #known = new Map<string, SecureContext>();

  prepare(settings: TlsSettings): PreparedTls {
    const { rejectUnauthorized, ...certificates } = settings;
    // Node keeps a context for its defaults by itself.
    if (Object.keys(certificates).length === 0) return settings;
    const secureContext = this.#contextOf(certificates);
    return secureContext
      ? { secureContext, ...(rejectUnauthorized !== undefined && { rejectUnauthorized }) }
      : settings;
  }

  /** `undefined` where they cannot be read: whoever connects with them is told what is wrong. */
  #contextOf(certificates: TlsSettings): SecureContext | undefined {
    const key = JSON.stringify(certificates);
    const known = this.#known.get(key);
    if (known) return known;
    try {
      const made = tls.createSecureContext(certificates);
      this.#known.set(key, made);
      return made;
    } catch {
      return undefined;
    }
  }
}
