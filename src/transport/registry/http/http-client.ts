import { RegistryError } from '../registry-error.ts';
import type { RegistrySettings } from '../../../api/registry-settings.ts';
import { Connections, type ConnectionOptions } from './connections.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import { redirectedRequest } from './redirect.ts';
import { printableUrl } from './url.ts';

/** What clients may have in common: connections, and when requests are sent. */
export interface SharedExchanges {
  readonly connections: Connections;
  /** Sends a request when its host may be asked. `closing` stops it, as the request's own signal does. */
  readonly exchange: (
    asked: HttpRequest,
    closing: AbortSignal,
    send: (asked: HttpRequest) => Promise<HttpResponse>,
  ) => Promise<HttpResponse>;
}

export interface HttpClientOptions extends Omit<ConnectionOptions, 'connectTimeout'> {
  /** @default connections of its own */
  readonly shared?: SharedExchanges | undefined;
}

/** Sends requests and follows redirects. Knows nothing of registries and their credentials. */
export class HttpClient {
  readonly settings: RegistrySettings;
  readonly insecure: readonly string[];
  readonly #how: ConnectionOptions;
  readonly #shared: SharedExchanges | undefined;
  readonly #connections: Connections;
  readonly #closing = new AbortController();

  constructor(settings: RegistrySettings, { shared, ...options }: HttpClientOptions) {
    this.settings = settings;
    this.insecure = options.insecure;
    this.#how = { ...options, connectTimeout: settings.connectTimeout };
    this.#shared = shared;
    this.#connections = shared?.connections ?? new Connections();
  }

  /** Resolves with the first answer that is no redirect, whatever its status. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    let asked: HttpRequest = request;
    for (let hops = 0; hops <= this.settings.redirects; hops++) {
      const response = await this.#exchange(asked);
      const next = await this.#redirected(asked, response);
      if (next === undefined) return response;
      await response.discard();
      asked = next;
    }
    throw new RegistryError(
      'io',
      `more than ${this.settings.redirects} redirects, ${request.method} ${printableUrl(request.url)}`,
    );
  }

  /** Aborts requests under way. Connections that are shared stay open. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (!this.#shared) await this.#connections.close();
  }

  async #redirected(asked: HttpRequest, response: HttpResponse): Promise<HttpRequest | undefined> {
    try {
      return redirectedRequest(asked, response, this);
    } catch (error) {
      await response.discard();
      throw error;
    }
  }

  async #exchange(asked: HttpRequest): Promise<HttpResponse> {
    const headers = {
      'user-agent': 'reslim',
      // A blob is bytes: a server that compresses on the way would change them.
      'accept-encoding': 'identity',
      ...asked.headers,
    };
    const connection = await this.#connections.for(asked.url, this.#how);
    const send = (request: HttpRequest): Promise<HttpResponse> =>
      exchange(connection, request, this.settings);
    const request = { ...asked, headers };
    return this.#shared
      ? this.#shared.exchange(request, this.#closing.signal, send)
      : send(request);
  }
}
