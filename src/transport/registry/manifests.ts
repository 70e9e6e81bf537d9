import { ReslimError } from '../../base/errors.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, digestOf, isDigest, type Digest } from '../../oci/digest.ts';
import {
  ARTIFACT_TYPES,
  DOCKER,
  OCI,
  isArtifactType,
  isIndexType,
  isManifestType,
  isSchema1Type,
} from '../../oci/media-type.ts';
import { describeManifest } from '../sniff-manifest.ts';
import { isConfirmed } from './confirmed.ts';
import { headerOf, type HttpResponse } from './http/exchange.ts';
import { isEncoded, readAnswer } from './http/read-answer.ts';
import { probe } from './probe.ts';
import { hasStatus, RegistryError } from './registry-error.ts';
import type { Repository } from './repository.ts';

const ACCEPTED = [OCI.index, OCI.manifest, DOCKER.index, DOCKER.manifest, ...ARTIFACT_TYPES];

/** Whether registries keep documents of this type as manifests rather than blobs. */
export const isKeptAsManifest = (mediaType: string): boolean =>
  isIndexType(mediaType) ||
  isManifestType(mediaType) ||
  isSchema1Type(mediaType) ||
  isArtifactType(mediaType);

/** A manifest as the registry sent it; the digest of its bytes was verified. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * What a tag or digest stands for, by HEAD alone where its headers are enough: Docker Hub counts a GET as a
 * pull. Rejects with `not-found`.
 */
export const resolveManifest = async (
  repository: Repository,
  tagOrDigest: string,
  limit: number,
): Promise<Descriptor> => {
  const head = await headManifest(repository, tagOrDigest);
  return head ?? (await fetchManifest(repository, tagOrDigest, limit)).descriptor;
};

/** The same for one that need not exist: `undefined` if it does not, which one HEAD tells. */
export const findManifest = async (
  repository: Repository,
  tagOrDigest: string,
  limit: number,
): Promise<Descriptor | undefined> => {
  try {
    const head = await headManifest(repository, tagOrDigest, HEAD_UNSUPPORTED);
    return head ?? (await fetchManifest(repository, tagOrDigest, limit)).descriptor;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
};

/** Whether the registry has this very manifest. */
export const hasManifest = async (repository: Repository, digest: Digest): Promise<boolean> => {
  const headers = { accept: ACCEPTED.join(', ') };
  return (await probe(repository, manifestPath(repository, digest), headers)).status === 200;
};

/** Reads a whole manifest. Over `limit` bytes it rejects with `limit`. */
export const fetchManifest = async (
  repository: Repository,
  tagOrDigest: string,
  limit: number,
): Promise<FetchedManifest> => {
  const wanted = isDigest(tagOrDigest) ? tagOrDigest : undefined;
  const request = {
    to: manifestPath(repository, tagOrDigest),
    headers: { accept: ACCEPTED.join(', ') },
    scopes: repository.scopes,
    budget: repository.budget,
    expect: [200],
  };
  return repository.client.ask(request, async (response) => {
    const bytes = await readAnswer(response, limit);
    const digest = digestOf(bytes, wanted && algorithmOf(wanted));
    if (wanted !== undefined && digest !== wanted) throw wrongDigest(digest, wanted, repository);
    const mediaType = mediaTypeOf(response);
    const descriptor = isKeptAsManifest(mediaType)
      ? { mediaType, digest, size: bytes.length }
      : describeManifest(bytes, digest, `manifest ${tagOrDigest} of ${repository.fullName}`);
    return { descriptor, bytes };
  });
};

/** A manifest's bytes, unverified. */
export async function* openManifest(
  repository: Repository,
  { digest, mediaType, size }: Descriptor,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const request = {
    to: manifestPath(repository, digest),
    headers: { accept: [...new Set([mediaType, ...ACCEPTED])].join(', ') },
    scopes: repository.scopes,
    expect: [200],
    signal,
  };
  yield await repository.client.ask(request, (response) => readAnswer(response, size));
}

/** What the registry answered to the PUT of a manifest. */
export interface PutManifest {
  /** Whether the registry lists it among its subject's referrers by itself. */
  readonly isReferrerListed: boolean;
}

/** Stores a manifest under its digest or a tag. Safe to repeat, and repeated after failures. */
export const putManifest = async (
  repository: Repository,
  tagOrDigest: string,
  { bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<PutManifest> => {
  const response = await repository.client.send({
    method: 'PUT',
    to: manifestPath(repository, tagOrDigest),
    headers: { 'content-type': mediaType },
    body: bytes,
    scopes: repository.scopes,
    expect: [200, 201, 202, 204],
  });
  await response.discard();
  const stored = headerOf(response, 'docker-content-digest');
  const digest = digestOf(bytes);
  if (isConfirmed(response, digest)) repository.client.confirmed.add(repository.name, digest);
  if (stored?.startsWith('sha256:') && stored !== digest)
    throw wrongDigest(stored, digest, repository);
  if (stored === undefined && response.status !== 201) {
    throw new RegistryError(
      'io',
      `the registry answered ${response.status} and confirmed no digest, manifest ${shortDigest(digest)}, ${repository.fullName}`,
    );
  }
  return { isReferrerListed: headerOf(response, 'oci-subject') !== undefined };
};

export const manifestPath = (repository: Repository, tagOrDigest: string): string =>
  `/v2/${repository.name}/manifests/${tagOrDigest}`;

/** Answers of servers that do not support HEAD. */
const HEAD_UNSUPPORTED = [400, 403, 405];

/** `undefined` where the headers lack digest, size or type, and after an answer that leaves it open. */
const headManifest = async (
  repository: Repository,
  tagOrDigest: string,
  open: readonly number[] = [...HEAD_UNSUPPORTED, 404],
): Promise<Descriptor | undefined> => {
  let response: HttpResponse;
  try {
    response = await repository.client.send({
      method: 'HEAD',
      to: manifestPath(repository, tagOrDigest),
      headers: { accept: ACCEPTED.join(', ') },
      scopes: repository.scopes,
      budget: repository.budget,
      expect: [200],
    });
  } catch (error) {
    // The answer to a HEAD has no body with a reason, and old servers do not support HEAD.
    if (hasStatus(error, ...open)) return undefined;
    throw error;
  }
  await response.discard();
  const digest =
    headerOf(response, 'docker-content-digest') ?? (isDigest(tagOrDigest) ? tagOrDigest : '');
  const size = Number(headerOf(response, 'content-length') ?? '');
  const mediaType = mediaTypeOf(response);
  if (!isDigest(digest) || !(size > 0) || isEncoded(response)) return undefined;
  if (!isKeptAsManifest(mediaType)) return undefined;
  if (isDigest(tagOrDigest) && digest !== tagOrDigest)
    throw wrongDigest(digest, tagOrDigest, repository);
  return { mediaType, digest, size };
};

const mediaTypeOf = (response: HttpResponse): string =>
  (headerOf(response, 'content-type') ?? '').split(';', 1)[0]?.trim() ?? '';

const wrongDigest = (got: string, wanted: Digest, repository: Repository): ReslimError =>
  new ReslimError(
    'mismatch',
    `the registry has ${got.slice(0, 19)} for manifest ${shortDigest(wanted)}, ${repository.fullName}`,
  );
