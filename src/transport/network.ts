import type { EventListener } from '../api/events.ts';
import type { Reference } from '../oci/reference.ts';
import type { NetworkOptions } from '../api/options.ts';
import type { EngineOptions } from './engine/engine-client.ts';
import { sharedHosts } from './registry/hosts/open-hosts.ts';
import { environmentRegistry } from './registry/auth/environment-credential.ts';
import type { RegistryOptions } from './registry/options.ts';
import type { RegistrySettings } from '../api/registry-settings.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './registry/settings.ts';

/** The options of a run for registries and engines. */
export interface Network {
  readonly registry: RegistryOptions;
  readonly engine: EngineOptions;
}

export interface NetworkContext {
  /** All sources and targets of the run: they decide which registry gets the password of the environment. */
  readonly places?: readonly (Reference | undefined)[] | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `--retries` and `--timeout`; more of either makes the time for all tries longer in proportion. */
const timeouts = ({
  retries,
  timeout,
}: Pick<NetworkOptions, 'retries' | 'timeout'>): Partial<RegistrySettings> => {
  if (retries === undefined && timeout === undefined) return {};
  const { attempts, headersTimeout, requestTimeout } = DEFAULT_REGISTRY_SETTINGS;
  const moreTries = Math.max(((retries ?? 0) + 1) / attempts, 1);
  const factor = ((timeout ?? headersTimeout) / headersTimeout) * moreTries;
  return {
    ...(retries !== undefined && { attempts: retries + 1 }),
    ...(timeout !== undefined && { headersTimeout: timeout, stallWindow: timeout }),
    requestTimeout: requestTimeout * factor,
  };
};

/**
 * Turns the user's options into those of the clients. Throws `usage` where it is unclear for which registry
 * the password in the environment is, and for hosts that `openHosts` did not make.
 */
export const networkFor = (
  { retries, timeout, settings, env, home, hosts: shared, ...options }: NetworkOptions = {},
  { places = [], onEvent, signal }: NetworkContext = {},
): Network => {
  const hosts = places.flatMap((place) =>
    place?.kind === 'registry' ? [place.image.registry] : [],
  );
  const environment = { env, home };
  return {
    engine: { ...environment, signal },
    registry: {
      ...options,
      ...environment,
      environmentRegistry: hosts.length === 0 ? undefined : environmentRegistry(hosts, env),
      settings: {
        ...settings,
        ...timeouts({ retries, timeout }),
      },
      ...(shared && { hosts: sharedHosts(shared) }),
      onEvent,
      signal,
    },
  };
};
