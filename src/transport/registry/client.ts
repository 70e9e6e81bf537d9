import { throwIfAborted } from '../../base/errors.ts';
import { answerError } from './answer-error.ts';
import { normaliseKey } from './auth/auth-key.ts';
import { Authenticator } from './auth/authenticator.ts';
import { basicHeader } from './auth/credential.ts';
import { findCredential } from './auth/credentials.ts';
import { readToken, tokenRequest, type Token, type TokenRequest } from './auth/token.ts';
import type { Confirmed } from './confirmed.ts';
import type { SharedBlobs } from './hosts/shared-blobs.ts';
import { headerOf, type HttpMethod, type HttpRequest, type HttpResponse } from './http/exchange.ts';
import type { HttpClient } from './http/http-client.ts';
import { isRefused } from './http/network-error.ts';
import { unlessAborted } from '../../base/unless-aborted.ts';
import { withRetries } from './http/retry.ts';
import { openTimeBudget, spending, type TimeBudget } from './http/time-budget.ts';
import { createHttpClient, type RegistryOptions } from './options.ts';
import { findRegistryUrl } from './registry-url.ts';
import { openRegistryState, type RegistryState } from './registry-state.ts';
import { unlessStopped } from './unless-stopped.ts';
import type { RegistrySettings } from '../../api/registry-settings.ts';

/** A request to a registry, or to a URL that it named for an upload. */
export interface RegistryRequest extends Omit<HttpRequest, 'url' | 'method'> {
  readonly method?: HttpMethod | undefined;
  /** A path below the registry (`/v2/…`), or the URL a previous answer named. */
  readonly to: string | URL;
  /** What the token has to allow, e.g. `repository:team/app:pull`. */
  readonly scopes: readonly string[];
  /** Statuses to resolve with; any other rejects. */
  readonly expect: readonly number[];
  /** Not repeated after a failure: the caller decides how to go on. */
  readonly once?: boolean | undefined;
}

interface SentOnce extends RegistryRequest {
  readonly budget: TimeBudget;
}

/**
 * A session with one registry: finds its URL, logs in, repeats requests that failed, and turns
 * unexpected answers into errors.
 */
export class RegistryClient {
  readonly registry: string;
  readonly settings: RegistrySettings;
  readonly insecure: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly #options: RegistryOptions;
  readonly #http: HttpClient;
  readonly #authenticator: Authenticator;
  readonly #state: RegistryState;
  #isClosed = false;

  constructor(registry: string, repository: string | undefined, options: RegistryOptions) {
    this.registry = registry;
    this.#options = options;
    this.#http = createHttpClient(options);
    this.settings = this.#http.settings;
    this.insecure = this.#http.insecure;
    this.signal = options.signal;
    this.#state = options.hosts?.registry(registry, this.insecure.join()) ?? openRegistryState();
    const fromEnvironment =
      options.environmentRegistry !== undefined &&
      normaliseKey(options.environmentRegistry) === normaliseKey(registry);
    this.#authenticator = new Authenticator({
      registry,
      findCredential: async () =>
        options.credential ??
        findCredential({
          ...options,
          registry,
          repository,
          fromEnvironment,
          askHelper: this.#state.auth.helpers.get,
        }),
      fetchToken: (request) => this.#fetchToken(request),
      isStopped: this.#isStopped,
      state: this.#state.auth,
    });
  }

  /** Resolves with an answer of an expected status, whose body is to be read or discarded. */
  send(request: RegistryRequest): Promise<HttpResponse> {
    return this.ask(request, (response) => response);
  }

  /** What the registry said that it has stored. */
  get confirmed(): Confirmed {
    return this.#state.confirmed;
  }

  /** What sessions that share the hosts know of blobs. */
  get blobs(): SharedBlobs | undefined {
    return this.#state.blobs;
  }

  /** Sends and reads the answer; a read that breaks off is tried again like a request that failed. */
  ask<T>(request: RegistryRequest, read: (response: HttpResponse) => T | Promise<T>): Promise<T> {
    const signal = request.signal ?? this.signal;
    const { budget } = request;
    const action = async (left: TimeBudget): Promise<T> =>
      read(await this.#sendOnce({ ...request, signal, budget: left }));
    if (request.once) return action(budget ?? openTimeBudget(this.settings.requestTimeout));
    return withRetries(this.settings, { signal, budget, accepts: this.#mayRetry }, action);
  }

  /**
   * The URL of the registry: `https://host/`, or `http://host/` where that is allowed and there is no
   * TLS.
   */
  base(budget?: TimeBudget): Promise<URL> {
    return unlessStopped(this.#isStopped, () => {
      const found = (this.#state.base ??= this.#findBase(budget));
      found.catch(() => {
        if (this.#state.base === found) this.#state.base = undefined;
      });
      return found;
    });
  }

  /** Aborts requests under way. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#http.close();
  }

  #findBase(budget: TimeBudget | undefined): Promise<URL> {
    const { signal } = this;
    return withRetries(this.settings, { budget, signal, accepts: this.#mayRetry }, (left) =>
      findRegistryUrl(this.registry, this.#http, { budget: left, signal }),
    );
  }

  readonly #isStopped = (): boolean => this.#isClosed || this.signal?.aborted === true;

  /** A refused connection is worth another try only where an earlier one was accepted. */
  readonly #mayRetry = (error: unknown): boolean => this.#state.hasAnswered || !isRefused(error);

  async #sendOnce(request: SentOnce): Promise<HttpResponse> {
    const { budget, scopes } = request;
    throwIfAborted(request.signal);
    const base = await unlessAborted(this.base(budget), request.signal);
    const url = typeof request.to === 'string' ? new URL(request.to, base) : request.to;
    const isOwn = url.origin === base.origin;
    // The server has read part of the body when it answers 401; only the caller can find out how much.
    const rounds = request.once ? 1 : MAX_ROUNDS;
    for (let round = 1; ; round++) {
      const used = isOwn
        ? await this.#charging(request, () => this.#authenticator.header(scopes, base))
        : undefined;
      const response = await this.#http.send({
        ...request,
        url,
        method: request.method ?? 'GET',
        headers: { ...request.headers, ...(used !== undefined && { authorization: used }) },
      });
      this.#state.hasAnswered = true;
      this.#warnOfLimit(response);
      if (request.expect.includes(response.status)) return response;
      // Only the registry itself may ask for credentials, not a server that it redirects to.
      const isChallenge = response.status === 401 && isOwn && response.url.origin === base.origin;
      const hasOther =
        isChallenge &&
        (await this.#charging(request, () => this.#challenged(response, request, used)));
      if (hasOther && round < rounds) await response.discard();
      else throw await this.#error(response, request, { used, hasOther });
    }
  }

  /** Waits for others who share the hosts, and for limits of these, are not the request's own. */
  #charging<T>(
    { budget, signal }: Pick<SentOnce, 'budget' | 'signal'>,
    action: () => Promise<T>,
  ): Promise<T> {
    return this.#options.hosts ? unlessAborted(action(), signal) : spending(budget, action);
  }

  async #challenged(
    response: HttpResponse,
    { scopes }: RegistryRequest,
    used: string | undefined,
  ): Promise<boolean> {
    const offered = [response.headers['www-authenticate'] ?? []].flat();
    return this.#authenticator.challenged(offered, { scopes, used, registry: await this.base() });
  }

  async #error(
    response: HttpResponse,
    request: RegistryRequest,
    { used, hasOther }: { readonly used: string | undefined; readonly hasOther: boolean },
  ): Promise<Error> {
    return answerError(response, {
      method: request.method ?? 'GET',
      registry: this.registry,
      limit: ERROR_SIZE,
      isLoggedIn: used !== undefined && (await this.#authenticator.credential()) !== undefined,
      isPaced: this.#options.hosts !== undefined,
      secrets: used === undefined ? [] : [used.slice(used.indexOf(' ') + 1)],
      ...(request.once && hasOther && { retryable: true }),
    });
  }

  async #fetchToken(asked: TokenRequest): Promise<Token> {
    const request = { ...tokenRequest(asked), signal: this.signal };
    return withRetries(this.settings, { signal: this.signal }, async (budget) => {
      const response = await this.#http.send({ ...request, budget });
      if (response.status === 200) return readToken(response, this.settings.answerSize);
      const { credential } = asked;
      const secrets =
        credential?.kind === 'basic' ? basicSecrets(credential) : [credential?.token ?? ''];
      const { registry } = this;
      throw await answerError(response, {
        method: request.method,
        registry,
        secrets,
        isLoggedIn: credential !== undefined,
        isPaced: this.#options.hosts !== undefined,
        limit: ERROR_SIZE,
      });
    });
  }

  /** Docker Hub limits how many manifests are read: adds a note before the limit is reached. */
  #warnOfLimit(response: HttpResponse): void {
    const [limit, remaining] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) =>
      Number.parseInt(headerOf(response, name) ?? '', 10),
    );
    if (this.#state.hasWarned || !limit || remaining === undefined || !(remaining <= limit / 10))
      return;
    this.#state.hasWarned = true;
    const message = `${this.registry} allows ${remaining} more pulls of ${limit} for now`;
    this.#options.onEvent?.({ type: 'note', message });
  }
}

/** Requests without a token, with one that has just expired, and with a new one. */
const MAX_ROUNDS = 3;
const ERROR_SIZE = 64 * 1024;

const basicSecrets = ({ username, password }: { username: string; password: string }): string[] => [
  password,
  basicHeader(username, password).slice('Basic '.length),
];
