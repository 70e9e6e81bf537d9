import type { ImageName } from '../../oci/image-name.ts';
import { RegistryClient } from './client.ts';
import type { TimeBudget } from './http/time-budget.ts';
import type { RegistryOptions } from './options.ts';

/** One repository of one registry, with the session that reaches it. */
export interface Repository {
  readonly client: RegistryClient;
  /** The path in the registry, e.g. `library/alpine`. */
  readonly name: string;
  /** What tokens must allow for all requests of the session. */
  readonly scopes: readonly string[];
  /** `registry/repository` as the user writes it. */
  readonly fullName: string;
  /** Shared by requests that belong together. @default one for each request */
  readonly budget?: TimeBudget | undefined;
}

export type RepositoryAction = 'pull' | 'push' | 'delete';

/** Opens a session. Nothing is sent yet. Close its client afterwards. */
export const openRepository = (
  { registry, repository }: Pick<ImageName, 'registry' | 'repository'>,
  actions: readonly RepositoryAction[],
  options: RegistryOptions,
): Repository => ({
  client: new RegistryClient(registry, repository, options),
  name: repository,
  scopes: [scopeOf(repository, actions)],
  fullName: `${registry}/${repository}`,
});

/** @see https://distribution.github.io/distribution/spec/auth/scope/ */
export const scopeOf = (repository: string, actions: readonly RepositoryAction[]): string =>
  `repository:${repository}:${actions.join(',')}`;
