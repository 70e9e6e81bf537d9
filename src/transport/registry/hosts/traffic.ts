import type { HostTraffic } from '../../../api/hosts.ts';

/** Counts what is exchanged with one host. */
export class Traffic {
  readonly #requests = new Map<string, number>();
  #received = 0;
  #sent = 0;
  #waited = 0;

  request(method: string): void {
    this.#requests.set(method, (this.#requests.get(method) ?? 0) + 1);
  }

  received(bytes: number): void {
    this.#received += bytes;
  }

  sent(bytes: number): void {
    this.#sent += bytes;
  }

  waited(milliseconds: number): void {
    this.#waited += milliseconds;
  }

  /** `undefined` while nothing was sent. */
  of(host: string): HostTraffic | undefined {
    if (this.#requests.size === 0) return undefined;
    const requests = Object.fromEntries([...this.#requests].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      host,
      requests,
      bytesReceived: this.#received,
      bytesSent: this.#sent,
      waitedMs: Math.round(this.#waited),
    };
  }
}
