import type { EventListener } from '../api/events.ts';
import type { Reference } from '../oci/reference.ts';
import type { NetworkOptions } from '../api/options.ts';
import type { EngineOptions } from './engine/engine-client.ts';
import { environmentRegistry } from './registry/auth/environment-credential.ts';
import type { RegistryOptions } from './registry/options.ts';

/** How a run reaches registries and engines. */
export interface Network {
  readonly registry: RegistryOptions;
  readonly engine: EngineOptions;
}

export interface NetworkContext {
  /** The source and target of the run: they decide whose the password in the environment is. */
  readonly places?: readonly (Reference | undefined)[] | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Brings the user's words into what the clients take. Rejects with `usage`. */
export const networkFor = (
  { retries, timeout, settings, env, home, ...options }: NetworkOptions = {},
  { places = [], onEvent, signal }: NetworkContext = {},
): Network => {
  const hosts = places.flatMap((place) =>
    place?.kind === 'registry' ? [place.image.registry] : [],
  );
  const surroundings = { env, home };
  return {
    engine: { ...surroundings, signal },
    registry: {
      ...options,
      ...surroundings,
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
