import { RegistryClient } from './client.ts';
import { listRepositories } from './listings.ts';
import type { RegistryOptions } from './options.ts';
import { hasStatus, RegistryError } from './registry-error.ts';

/** The list of repositories that a registry has. */
export interface Catalog {
  /** In the registry's order. Rejects with `unsupported` where the registry has no such list. */
  readonly repositories: () => AsyncGenerator<string, void, undefined>;
  readonly close: () => Promise<void>;
}

/** Opens the catalog of a registry. Nothing is sent yet. */
export const openCatalog = (registry: string, options: RegistryOptions): Catalog => {
  const client = new RegistryClient(registry, undefined, options);
  return { repositories: () => repositoriesOf(client), close: () => client.close() };
};

async function* repositoriesOf(client: RegistryClient): AsyncGenerator<string, void, undefined> {
  try {
    yield* listRepositories(client);
  } catch (cause) {
    if (!hasStatus(cause, 401, 403, 404, 405, 501)) throw cause;
    throw new RegistryError(
      'unsupported',
      `the registry lists no repositories for this login, ${client.registry}`,
      {
        hint: 'name them one by one; Docker Hub and GHCR list them for nobody, others for an administrator',
        status: cause.status,
        cause,
      },
    );
  }
}
