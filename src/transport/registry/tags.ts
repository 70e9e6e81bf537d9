import { asStrings } from '../../oci/json.ts';
import { readPages } from './pages.ts';
import type { Repository } from './repository.ts';

/** All tags of a repository, in the registry's order. Rejects with `not-found`. */
export async function* listTags(repository: Repository): AsyncGenerator<string, void, undefined> {
  const path = `/v2/${repository.name}/tags/list?n=${PAGE_SIZE}`;
  for await (const { value } of readPages(repository.client, { path, scopes: repository.scopes })) {
    yield* asStrings(value['tags'], `tags of ${repository.fullName}`);
  }
}

const PAGE_SIZE = 1000;
