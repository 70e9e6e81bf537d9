import { asStrings } from '../../oci/json.ts';
import type { RegistryClient } from './client.ts';
import { readPages } from './pages.ts';
import type { Repository } from './repository.ts';

const PAGE_SIZE = 1000;

/** All tags of a repository, in the registry's order. Rejects with `not-found`. */
export async function* listTags(repository: Repository): AsyncGenerator<string, void, undefined> {
  const path = `/v2/${repository.name}/tags/list?n=${PAGE_SIZE}`;
  for await (const { value } of readPages(repository.client, { path, scopes: repository.scopes })) {
    yield* asStrings(value['tags'], `tags of ${repository.fullName}`);
  }
}

/** All repositories of a registry; most public ones do not list them. */
export async function* listRepositories(
  client: RegistryClient,
): AsyncGenerator<string, void, undefined> {
  const path = `/v2/_catalog?n=${PAGE_SIZE}`;
  for await (const { value } of readPages(client, { path, scopes: ['registry:catalog:*'] })) {
    yield* asStrings(value['repositories'], `repositories of ${client.registry}`);
  }
}
