import { RegistryError } from '../registry-error.ts';
import { unlessStopped } from '../unless-stopped.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import { basicHeader, type Credential } from './credential.ts';
import type { HelperAnswers } from './helper-answers.ts';
import { parseRealm } from './realm.ts';
import type { Token, TokenRequest } from './token.ts';

export interface AuthenticatorOptions {
  readonly registry: string;
  /** Looked up at the first challenge, once. */
  readonly findCredential: () => Promise<Credential | undefined>;
  readonly fetchToken: (request: TokenRequest) => Promise<Token>;
  /** Whether the session has been stopped; others go on with what it began. */
  readonly isStopped: () => boolean;
  readonly state: AuthState;
}

/** What sessions at one registry share. */
export interface AuthState {
  /** The last one of any session. */
  challenge: Challenge | undefined;
  /** By token server, scopes and credential; the oldest ones first. */
  readonly tokens: Map<string, KeptToken>;
  readonly helpers: HelperAnswers;
}

interface KeptToken {
  readonly fetched: Promise<Token>;
  /** Once it is there. */
  header: string | undefined;
  /** Milliseconds of the monotonic clock. */
  staleAt: number;
}

/** Answers the challenges of one registry, and keeps its tokens. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  #ownChallenge: Challenge | undefined;
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
    this.#ownChallenge = chosen;
    this.#options.state.challenge = chosen;
    this.#forget(asked.used);
    return (await this.header(asked.scopes, asked.registry)) !== asked.used;
  }

  /** The user's credential for this registry, whether it is needed or not. */
  credential(): Promise<Credential | undefined> {
    this.#credential ??= this.#options.findCredential();
    return this.#credential;
  }

  /** That of another session may be wrong for this repository, which the registry then says. */
  get #challenge(): Challenge | undefined {
    return this.#ownChallenge ?? this.#options.state.challenge;
  }

  async #bearer(
    scopes: readonly string[],
    credential: Credential | undefined,
    registry: URL,
  ): Promise<string> {
    if (credential?.kind === 'registry') return `Bearer ${credential.token}`;
    const { realm, service, scope } = this.#challenge?.parameters ?? {};
    const wanted = scopes.length > 0 ? scopes : (scope?.split(' ').filter(Boolean) ?? []);
    const key = JSON.stringify([realm, service, wanted, credential]);
    const request = { realm: parseRealm(realm, registry), service, scopes: wanted, credential };
    const { value } = await unlessStopped(this.#options.isStopped, () => this.#token(key, request));
    return bearerHeader(value);
  }

  /** Fetched once for all who ask, until it is stale. */
  #token(key: string, request: TokenRequest): Promise<Token> {
    const { tokens } = this.#options.state;
    const known = tokens.get(key);
    if (known && performance.now() < known.staleAt) return known.fetched;
    const asked = performance.now();
    const fetched = this.#options.fetchToken(request);
    const kept: KeptToken = { fetched, header: undefined, staleAt: Infinity };
    tokens.delete(key);
    tokens.set(key, kept);
    for (const oldest of tokens.keys()) if (tokens.size > KEPT) tokens.delete(oldest);
    fetched.then(
      ({ value, lifetime }) => {
        const margin = Math.min(lifetime * MARGIN, MAX_MARGIN);
        kept.header = bearerHeader(value);
        kept.staleAt = asked + (lifetime - margin) * 1000;
      },
      // A failure is not kept: the next request fetches a token again.
      () => tokens.get(key) === kept && tokens.delete(key),
    );
    return fetched;
  }

  #forget(used: string | undefined): void {
    const { tokens } = this.#options.state;
    for (const [key, { header }] of tokens)
      if (header !== undefined && header === used) tokens.delete(key);
  }
}

const bearerHeader = (token: string): string => `Bearer ${token}`;

/** Tokens, of a few kilobytes each. */
const KEPT = 1000;

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
