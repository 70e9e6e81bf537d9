import { readDescriptor, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';
import { asArray, parseJson, type JsonObject } from '../../oci/json.ts';
import { readIndex } from '../../oci/manifest.ts';
import { OCI } from '../../oci/media-type.ts';
import { headerOf } from './http/exchange.ts';
import { fetchManifest, putManifest } from './manifests.ts';
import { readPages } from './pages.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

export interface ReferrersOptions {
  /** Only referrers of this type. */
  readonly artifactType?: string | undefined;
  /** Largest index, in bytes. */
  readonly limit: number;
}

/**
 * What refers to a manifest: signatures, SBOMs, attestations. Registries without the referrers API
 * keep the list under a tag made of the digest.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export const listReferrers = async (
  repository: Repository,
  digest: Digest,
  { artifactType, limit }: ReferrersOptions,
): Promise<readonly Descriptor[]> => {
  const found =
    (await listByApi(repository, digest, artifactType)) ??
    (await listByTag(repository, digest, limit));
  const listed = await Promise.all(found.map((one) => withType(repository, one, limit)));
  return artifactType === undefined
    ? listed
    : listed.filter((one) => one.artifactType === artifactType);
};

/**
 * Adds a manifest to the fallback tag of its subject, for a registry that did not answer its PUT
 * with `OCI-Subject`. Two writers at once may lose an entry; the specification has no way to prevent that.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export const addToReferrersTag = async (
  repository: Repository,
  subject: Digest,
  referrer: Descriptor,
  limit: number,
): Promise<void> => {
  const isIn = (list: readonly Descriptor[]): boolean =>
    list.some(({ digest }) => digest === referrer.digest);
  // Some registries list referrers without sending that header.
  if (isIn((await listByApi(repository, subject, undefined)) ?? [])) return;
  const listed = await listByTag(repository, subject, limit);
  if (isIn(listed)) return;
  const index = {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [...listed, referrer].map(({ raw }) => raw),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(index));
  await putManifest(repository, referrersTag(subject), { bytes, mediaType: OCI.index });
};

/** Some registries list no artifact type, or that of an empty config: it is read from the manifest then. */
const withType = async (
  repository: Repository,
  listed: Descriptor,
  limit: number,
): Promise<Descriptor> => {
  if (listed.artifactType !== undefined && listed.artifactType !== OCI.empty) return listed;
  try {
    const { bytes } = await fetchManifest(repository, listed.digest, limit);
    return referrerOf(parseJson(bytes, `referrer ${listed.digest}`), listed);
  } catch (error) {
    // Listed, but deleted: reading it later fails with that reason.
    if (hasStatus(error, 404)) return listed;
    throw error;
  }
};

/** The descriptor by which a manifest with a subject is listed: with its annotations and artifact type. */
export const referrerOf = (
  document: JsonObject,
  { mediaType, digest, size }: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>,
): Descriptor => {
  const { artifactType, annotations, config } = document;
  const configType = (config as JsonObject | undefined)?.['mediaType'];
  const type = artifactType || configType;
  const raw = {
    mediaType,
    digest,
    size,
    ...(typeof type === 'string' && { artifactType: type }),
    ...(annotations != null && { annotations }),
  };
  return readDescriptor(raw, `referrer ${digest}`);
};

/** `sha256:abc…` -> `sha256-abc…`; longer hex is cut to the length that tags may have. */
export const referrersTag = (digest: Digest): string =>
  `${algorithmOf(digest)}-${hexOf(digest)}`.slice(0, 128);

const listByApi = async (
  repository: Repository,
  digest: Digest,
  artifactType: string | undefined,
): Promise<Descriptor[] | undefined> => {
  const filter =
    artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const request = {
    path: `/v2/${repository.name}/referrers/${digest}${filter}`,
    scopes: repository.scopes,
    headers: { accept: OCI.index },
  };
  const found: Descriptor[] = [];
  try {
    for await (const { response, value } of readPages(repository.client, request)) {
      // Some registries answer any path with a web page.
      if (headerOf(response, 'content-type')?.split(';')[0] !== OCI.index) return undefined;
      found.push(...readManifests(value, digest));
    }
  } catch (error) {
    if (hasStatus(error, 400, 404, 405, 501)) return undefined;
    throw error;
  }
  return found;
};

const readManifests = (value: JsonObject, digest: Digest): Descriptor[] =>
  asArray(value['manifests'] ?? [], `referrers of ${digest}`).map((one, at) =>
    readDescriptor(one, `referrers[${at}] of ${digest}`),
  );

const listByTag = async (
  repository: Repository,
  digest: Digest,
  limit: number,
): Promise<readonly Descriptor[]> => {
  const tag = referrersTag(digest);
  try {
    const { bytes, descriptor } = await fetchManifest(repository, tag, limit);
    return readIndex(bytes, descriptor.mediaType, `${repository.fullName}:${tag}`).manifests;
  } catch (error) {
    if (hasStatus(error, 404)) return [];
    throw error;
  }
};
