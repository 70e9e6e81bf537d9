import { asStrings } from '../../oci/json.ts';
import type { RegistryClient } from './client.ts';
import { readPages } from './pages.ts';

/** All repositories of a registry; most public ones do not list them. */
export async function* listRepositories(
  client: RegistryClient,
): AsyncGenerator<string, void, undefined> {
  const path = `/v2/_catalog?n=${PAGE_SIZE}`;
  for await (const { value } of readPages(client, { path, scopes: ['registry:catalog:*'] })) {
    yield* asStrings(value['repositories'], `repositories of ${client.registry}`);
  }
}

const PAGE_SIZE = 1000;
