import { ReslimError } from '../../base/errors.ts';
import type { Digest } from '../../oci/digest.ts';
import { blobPath } from './blobs.ts';
import { manifestPath } from './manifests.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

/**
 * Deletes a tag or, by its digest, a manifest with all its tags. The repository has to be opened
 * for `delete`. Rejects with `unsupported` where the registry does not allow it.
 */
export const deleteManifest = (repository: Repository, tagOrDigest: string): Promise<void> =>
  remove(repository, manifestPath(repository, tagOrDigest));

/**
 * Deletes a blob's link to the repository.
 *
 * @public
 */
export const deleteBlob = (repository: Repository, digest: Digest): Promise<void> =>
  remove(repository, blobPath(repository, digest));

const remove = async (repository: Repository, path: string): Promise<void> => {
  const { client, scopes } = repository;
  try {
    const response = await client.send({
      method: 'DELETE',
      to: path,
      scopes,
      expect: [200, 202, 204],
    });
    await response.discard();
  } catch (error) {
    if (!hasStatus(error, 400, 405)) throw error;
    throw new ReslimError(
      'unsupported',
      `the registry allows no such deletion, ${repository.fullName}`,
      {
        hint: 'deletion has to be switched on there; many delete by digest only',
        cause: error,
      },
    );
  }
};
