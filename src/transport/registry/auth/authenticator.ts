import { RegistryError } from '../registry-error.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import { basicHeader, type Credential } from './credential.ts';
import { parseRealm } from './realm.ts';
import type { Token, TokenRequest } from './token.ts';

export interface AuthenticatorOptions {
  readonly registry: string;
  /** Looked up at the first challenge, once. */
  readonly findCredential: () => Promise<Credential | undefined>;
  readonly fetchToken: (request: TokenRequest) => Promise<Token>;
}

interface CachedToken {
  readonly header: string;
  /** Milliseconds of the monotonic clock. */
  readonly staleAt: number;
}

/** Answers the challenges of one registry, and keeps its tokens. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #tokens = new Map<string, Promise<CachedToken>>();
  #challenge: Challenge | undefined;
  #credential: Promise<Credential | undefined> | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** The `Authorization` for a request, or nothing while the registry has not asked for one. */
  async header(scopes: readonly string[], registry: URL): Promise<string | undefined> {
    if (!this.#challenge) return undefined;
    const credential = await this.credential();
    if (this.#challenge.scheme === 'bearer') return this.#bearer(scopes, credential, registry);
    return credential?.kind === 'basic'
      ? basicHeader(credential.username, credential.password)
      : undefined;
  }

  /**
   * Handles a 401 for a request that was sent with the header `used`. Resolves with whether there is
   * another header to send it with: the scheme has become known, or an expired token was dropped.
   */
  async challenged(
    headers: readonly string[],
    asked: {
      readonly scopes: readonly string[];
      readonly used: string | undefined;
      readonly registry: URL;
    },
  ): Promise<boolean> {
    const offered = parseChallenges(headers);
    const chosen =
      offered.find(({ scheme }) => scheme === 'bearer') ??
      offered.find(({ scheme }) => scheme === 'basic');
    if (!chosen) throw unknownScheme(offered, this.#options.registry);
    this.#challenge = chosen;
    await this.#forget(asked.used);
    return (await this.header(asked.scopes, asked.registry)) !== asked.used;
  }

  /** The user's credential for this registry, whether it is needed or not. */
  credential(): Promise<Credential | undefined> {
    this.#credential ??= this.#options.findCredential();
    return this.#credential;
  }

  async #bearer(
    scopes: readonly string[],
    credential: Credential | undefined,
    registry: URL,
  ): Promise<string> {
    if (credential?.kind === 'registry') return `Bearer ${credential.token}`;
    const { realm, service, scope } = this.#challenge?.parameters ?? {};
    const wanted = scopes.length > 0 ? scopes : (scope?.split(' ').filter(Boolean) ?? []);
    const key = JSON.stringify([realm, service, wanted]);
    const current = this.#tokens.get(key);
    const known = await current;
    if (known && performance.now() < known.staleAt) return known.header;
    // Another request has begun to replace it meanwhile.
    if (this.#tokens.get(key) !== current) return this.#bearer(scopes, credential, registry);
    const fetched = this.#fetch({
      realm: parseRealm(realm, registry),
      service,
      scopes: wanted,
      credential,
    });
    this.#tokens.set(key, fetched);
    // A failure is not kept: the next request fetches a token again.
    fetched.catch(() => this.#tokens.get(key) === fetched && this.#tokens.delete(key));
    return (await fetched).header;
  }

  async #fetch(request: TokenRequest): Promise<CachedToken> {
    const asked = performance.now();
    const { value, lifetime } = await this.#options.fetchToken(request);
    const margin = Math.min(lifetime * MARGIN, MAX_MARGIN);
    return { header: `Bearer ${value}`, staleAt: asked + (lifetime - margin) * 1000 };
  }

  async #forget(used: string | undefined): Promise<void> {
    for (const [key, token] of this.#tokens) {
      if ((await token.catch(() => undefined))?.header === used) this.#tokens.delete(key);
    }
  }
}

/** A token is replaced before it expires, so that a request sent with it arrives in time. */
const MARGIN = 0.1;
const MAX_MARGIN = 10;

const unknownScheme = (offered: readonly Challenge[], registry: string): RegistryError => {
  const schemes = offered.map(({ scheme }) => scheme).join(', ') || 'none';
  return new RegistryError(
    'unsupported',
    `no supported authentication scheme (${schemes}), registry ${registry}`,
    {
      status: 401,
      hint: 'reslim supports Basic and Bearer',
    },
  );
};
