import { RegistryError } from '../registry-error.ts';
import type { RegistrySettings } from '../../../api/registry-settings.ts';
import { Connections, type ConnectionOptions } from './connections.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import { redirectedRequest } from './redirect.ts';
import { printableUrl } from './url.ts';

/** Sends requests and follows redirects. Knows nothing of registries and their credentials. */
export class HttpClient {
  readonly settings: RegistrySettings;
  readonly insecure: readonly string[];
  readonly #connections: Connections;

  constructor(settings: RegistrySettings, options: Omit<ConnectionOptions, 'connectTimeout'>) {
    this.settings = settings;
    this.insecure = options.insecure;
    this.#connections = new Connections({ ...options, connectTimeout: settings.connectTimeout });
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

  async close(): Promise<void> {
    await this.#connections.close();
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
    return exchange(await this.#connections.for(asked.url), { ...asked, headers }, this.settings);
  }
}
