import type { EventListener } from '../api/events.ts';
import type { Reference } from '../oci/reference.ts';
import type { NetworkOptions } from '../api/options.ts';
import type { EngineOptions } from './engine/engine-client.ts';
import { environmentRegistry } from './registry/auth/environment-credential.ts';
import type { RegistryOptions } from './registry/options.ts';

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

/**
 * Turns the user's options into those of the clients. Throws `usage` where it is unclear for which registry
 * the password in the environment is.
 */
export const networkFor = (
  { retries, timeout, settings, env, home, ...options }: NetworkOptions = {},
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
        ...(retries !== undefined && { attempts: retries + 1 }),
        ...(timeout !== undefined && { headersTimeout: timeout, stallWindow: timeout }),
      },
      onEvent,
      signal,
    },
  };
};
