import type { HostPolicy, Hosts, HostsOptions } from '../../../api/hosts.ts';
import { ReslimError } from '../../../base/errors.ts';
import { Connections } from '../http/connections.ts';
import type { HttpRequest, HttpResponse } from '../http/exchange.ts';
import type { SharedExchanges } from '../http/http-client.ts';
import { linkSignals } from '../http/link-signals.ts';
import { hostnameOf } from '../http/url.ts';
import { registryAt } from '../registry-url.ts';
import { openRegistryState, type RegistryState } from '../registry-state.ts';
import { systemClock, type Clock } from './clock.ts';
import { Host } from './host.ts';
import { createLocalPace } from './local-pace.ts';
import { SharedBlobs } from './shared-blobs.ts';

/** Hosts with what sessions use of them. */
export interface SharedHosts extends Hosts, SharedExchanges {
  /** Hosts that policies call insecure. */
  readonly insecure: readonly string[];
  /** What the sessions at a registry share; `how` says how it is reached. */
  readonly registry: (name: string, how: string) => RegistryState;
}

export interface OpenHostsOptions extends HostsOptions {
  /** Milliseconds that rates are for. @default a minute */
  readonly window?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Throws `usage` for a policy with a number that is out of range. */
export const openHosts = (options: OpenHostsOptions = {}): SharedHosts => {
  const { policies = {}, window = MINUTE, clock = systemClock, onNote = () => {} } = options;
  const { pace = createLocalPace(clock) } = options;
  for (const [name, policy] of Object.entries(policies)) checkPolicy(name, policy);
  const hosts = new Map<string, Host>();
  const registries = new Map<string, RegistryState>();
  const connections = new Connections();
  const hostAt = (name: string): Host => {
    const known =
      hosts.get(name) ??
      new Host(name, { limits: policyOf(name, policies), pace, window, clock, note: onNote });
    hosts.set(name, known);
    return known;
  };
  return {
    connections,
    insecure: Object.keys(policies).filter((name) => policies[name]?.insecure),
    registry: (name, how) => {
      const key = JSON.stringify([name, how]);
      const known = registries.get(key) ?? openRegistryState(new SharedBlobs());
      registries.set(key, known);
      return known;
    },
    exchange: (asked: HttpRequest, closing: AbortSignal, send): Promise<HttpResponse> => {
      const { signal, unlink } = linkSignals(asked.signal, closing);
      const exchanging = { asked: { ...asked, signal }, send, onEnd: unlink };
      return hostAt(registryAt(asked.url.host)).exchange(exchanging);
    },
    traffic: () =>
      [...hosts.values()]
        .flatMap(({ name, traffic }) => traffic.of(name) ?? [])
        .sort((a, b) => (a.host < b.host ? -1 : 1)),
    limit: (limits) => {
      for (const [key, limit] of Object.entries(limits)) {
        const name = registryAt(key);
        hostAt(name).limit({ ...limit, ...policyOf(name, policies) });
      }
    },
    close: () => connections.close(),
  };
};

/** What `openHosts` returned, as sessions use it. Throws `usage` for anything else. */
export const sharedHosts = (hosts: Hosts): SharedHosts => {
  if ('exchange' in hosts) return hosts as SharedHosts;
  throw new ReslimError('usage', 'the hosts were not made by openHosts()');
};

const MINUTE = 60_000;

/** One for `name:port`, else the one for all ports. */
const policyOf = (name: string, policies: Readonly<Record<string, HostPolicy>>): HostPolicy => {
  const named = new Map(
    Object.entries(policies).map(([key, policy]) => [registryAt(key.toLowerCase()), policy]),
  );
  return named.get(name) ?? named.get(hostnameOf(name)) ?? {};
};

const checkPolicy = (name: string, policy: HostPolicy): void => {
  const least = { concurrency: 1, rate: 1, floor: 0 } as const;
  for (const key of ['concurrency', 'rate', 'floor'] as const) {
    const value = policy[key];
    if (value === undefined || (Number.isInteger(value) && value >= least[key])) continue;
    const message = `${key} of ${name} must be a whole number from ${least[key]} on: ${value}`;
    throw new ReslimError('usage', message);
  }
};
