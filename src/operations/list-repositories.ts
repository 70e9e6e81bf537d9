import type { NetworkOptions } from '../api/options.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import { networkFor } from '../transport/network.ts';
import { openCatalog } from '../transport/registry/catalog.ts';
import type { Session } from './session.ts';

export interface ListRepositoriesOptions {
  readonly session: Session;
  readonly network: NetworkOptions | undefined;
}

/** Repositories of a registry that are listed. */
const MAX_LISTED = 100_000;

/**
 * All repositories of a registry. Rejects with `unsupported` where it lists none for this login, and with `limit` for more
 * than anybody has.
 */
export const listRepositories = (
  registry: string,
  { session, network }: ListRepositoriesOptions,
): Promise<string[]> =>
  withOrigin('source', async () => {
    const { onEvent, signal } = session;
    // The repository only completes the name: what counts is the registry that gets the password.
    const places = [{ kind: 'registry', image: { registry, repository: 'any' } }] as const;
    const options = networkFor(network, { places, onEvent, signal }).registry;
    const { repositories } = session.add(openCatalog(registry, options));
    const all: string[] = [];
    for await (const repository of repositories()) {
      if (all.length >= MAX_LISTED)
        throw new ReslimError('limit', `more than ${MAX_LISTED} repositories, ${registry}`, {
          place: registry,
        });
      all.push(repository);
    }
    return all;
  });
