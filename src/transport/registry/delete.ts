import { ReslimError } from '../../base/errors.ts';
import { isDigest } from '../../oci/digest.ts';
import { manifestPath } from './manifests.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

/**
 * Deletes a tag or, by its digest, a manifest with all its tags. The repository has to be opened
 * for `delete`. Rejects with `unsupported` where the registry does not allow it.
 */
export const deleteManifest = async (
  repository: Repository,
  tagOrDigest: string,
): Promise<void> => {
  const { client, scopes } = repository;
  try {
    const response = await client.send({
      method: 'DELETE',
      to: manifestPath(repository, tagOrDigest),
      scopes,
      expect: [200, 202, 204],
    });
    await response.discard();
  } catch (error) {
    if (!hasStatus(error, 400, 405)) throw error;
    throw new ReslimError(
      'unsupported',
      `the registry does not allow this deletion, ${repository.fullName}`,
      {
        hint: isDigest(tagOrDigest)
          ? 'deletion must be enabled there: CNCF Distribution has storage.delete.enabled in its configuration, others have pages or APIs of their own'
          : 'many registries delete by digest only',
        cause: error,
      },
    );
  }
};
