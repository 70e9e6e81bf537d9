import type { Digest } from '../../oci/digest.ts';
import { headerOf, type HttpResponse } from './http/exchange.ts';

/**
 * What a registry said that it has stored, for as long as that can be relied on: garbage collectors that run beside pushes
 * leave alone for at least an hour what nothing refers to yet.
 */
export class Confirmed {
  /** By repository and digest, the time in milliseconds; those that were confirmed last come last. */
  readonly #times = new Map<string, number>();

  add(repository: string, digest: Digest): void {
    const now = performance.now();
    const key = keyOf(repository, digest);
    this.#times.delete(key);
    this.#times.set(key, now);
    for (const [oldest, time] of this.#times)
      if (now - time > RELIABLE_FOR) this.#times.delete(oldest);
      else break;
  }

  has(repository: string, digest: Digest): boolean {
    const time = this.#times.get(keyOf(repository, digest));
    return time !== undefined && performance.now() - time <= RELIABLE_FOR;
  }

  forget(repository: string, digest: Digest): void {
    this.#times.delete(keyOf(repository, digest));
  }
}

/** Milliseconds. */
const RELIABLE_FOR = 10 * 60 * 1000;

const keyOf = (repository: string, digest: Digest): string => `${repository}@${digest}`;

/** Whether an answer says that this very content was stored; some registries accept it, and store it later. */
export const isConfirmed = (response: HttpResponse, digest: Digest): boolean =>
  response.status === 201 && headerOf(response, 'docker-content-digest') === digest;
