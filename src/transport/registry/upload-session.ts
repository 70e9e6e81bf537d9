import type { Digest } from '../../oci/digest.ts';
import type { StoredBlob } from '../../oci/store.ts';
import { isConfirmed } from './confirmed.ts';
import { headerOf, type HttpResponse, type StreamBody } from './http/exchange.ts';
import { resolveLocation } from './http/redirect.ts';
import { openTimeBudget } from './http/time-budget.ts';
import { hasStatus, RegistryError } from './registry-error.ts';
import { scopeOf, type Repository } from './repository.ts';

/** An upload under way, in the state that the registry last reported. */
export interface UploadSession {
  /** Where the next request goes; every answer names a new URL. */
  readonly location: URL;
  /** Bytes the registry has. */
  readonly offset: number;
  /** `OCI-Chunk-Min-Length`; sent only by registries that prefer chunks. */
  readonly minChunk: number | undefined;
}

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put */
export const startUpload = async (repository: Repository): Promise<UploadSession> => {
  const response = await repository.client.send({
    method: 'POST',
    to: uploadsPath(repository),
    scopes: repository.scopes,
    budget: repository.budget,
    expect: [202],
  });
  await response.discard();
  return readSession(response, repository, { offset: 0 });
};

/**
 * Asks the registry to take a blob over from another of its repositories; without `from` the registry looks
 * in all of them. A registry that does not mount the blob has opened an upload instead.
 * @see
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
export const mountBlob = async (
  repository: Repository,
  digest: Digest,
  from?: string,
): Promise<'mounted' | UploadSession> => {
  const source = from === undefined ? '' : `&from=${encodeURIComponent(from)}`;
  const response = await repository.client.send({
    method: 'POST',
    to: `${uploadsPath(repository)}?mount=${encodeURIComponent(digest)}${source}`,
    scopes:
      from === undefined ? repository.scopes : [...repository.scopes, scopeOf(from, ['pull'])],
    expect: [201, 202],
  });
  await response.discard();
  if (response.status !== 201) return readSession(response, repository, { offset: 0 });
  noteConfirmed(repository, response, digest);
  return 'mounted';
};

const uploadsPath = (repository: Repository): string => `/v2/${repository.name}/blobs/uploads/`;

export interface Chunk {
  /** With a size it is one chunk of several, without it the whole blob. */
  readonly body: StreamBody;
  /** How much of the blob has been sent at the end of the body. */
  readonly end: () => number;
}

/** Appends to a session. */
export const sendChunk = async (
  repository: Repository,
  session: UploadSession,
  { body, end }: Chunk,
): Promise<UploadSession> => {
  const { size } = body;
  const range =
    size === undefined ? {} : { 'content-range': `${session.offset}-${session.offset + size - 1}` };
  const response = await repository.client.send({
    method: 'PATCH',
    to: session.location,
    headers: { 'content-type': 'application/octet-stream', ...range },
    body,
    scopes: repository.scopes,
    budget: repository.budget,
    // The specification says 202; some registries answer like a status request.
    expect: [200, 202, 204],
    once: true,
  });
  await response.discard();
  return readSession(response, repository, {
    offset: offsetOf(response, end()) ?? end(),
    minChunk: session.minChunk,
  });
};

export interface FinishedBlob extends StoredBlob {
  /** All of the blob; left out where chunks were sent before. */
  readonly body?: StreamBody | undefined;
}

/** Ends a session. The registry may need a while to assemble a large blob before it answers. */
export const finishUpload = async (
  repository: Repository,
  session: UploadSession,
  { digest, size, body }: FinishedBlob,
): Promise<void> => {
  const { client, scopes, budget } = repository;
  // Signed queries become invalid when they are encoded again, so the parameter is appended as text.
  const { href, search } = session.location;
  const to = new URL(`${href}${search ? '&' : '?'}digest=${encodeURIComponent(digest)}`);
  const response = await client.send({
    method: 'PUT',
    to,
    headers: { 'content-type': 'application/octet-stream' },
    body: body ?? new Uint8Array(),
    stored: size,
    scopes,
    budget,
    expect: [200, 201, 202, 204],
    once: true,
  });
  await response.discard();
  noteConfirmed(repository, response, digest);
};

const noteConfirmed = (
  { client, name }: Repository,
  response: HttpResponse,
  digest: Digest,
): void => {
  if (isConfirmed(response, digest)) client.confirmed.add(name, digest);
};

/** What the registry has of an upload that broke off; `undefined` when the session is gone. */
export const askSession = async (
  repository: Repository,
  session: UploadSession,
): Promise<UploadSession | undefined> => {
  const { client, scopes, budget } = repository;
  try {
    const response = await client.send({
      to: session.location,
      scopes,
      budget,
      expect: [200, 202, 204],
    });
    await response.discard();
    const offset = offsetOf(response, undefined);
    if (offset === undefined) return undefined;
    return readSession(response, repository, { ...session, offset });
  } catch (error) {
    // Whatever the answer means, a new upload is always correct.
    if (
      error instanceof RegistryError &&
      error.status !== undefined &&
      !hasStatus(error, 401, 403)
    ) {
      return undefined;
    }
    throw error;
  }
};

/** Asks the registry to delete a session. Failures are ignored. */
export const cancelUpload = async (
  repository: Repository,
  session: UploadSession,
): Promise<void> => {
  const { client, scopes } = repository;
  try {
    const response = await client.send({
      method: 'DELETE',
      to: session.location,
      scopes,
      expect: [200, 202, 204, 404],
      budget: openTimeBudget(CANCEL_TIMEOUT),
      once: true,
    });
    await response.discard();
  } catch {
    // Registries remove unfinished sessions after a while.
  }
};

/** Milliseconds: the run has failed already, and should end soon. */
const CANCEL_TIMEOUT = 5000;

const readSession = (
  response: HttpResponse,
  { client }: Repository,
  known: Partial<UploadSession> & { readonly offset: number },
): UploadSession => {
  const location = headerOf(response, 'location');
  const minChunk = Number(headerOf(response, 'oci-chunk-min-length'));
  if (location === undefined && known.location === undefined) {
    throw new RegistryError('io', `the registry sent no URL for the upload, ${client.registry}`);
  }
  return {
    location:
      location === undefined
        ? (known.location as URL)
        : resolveLocation(location, response.url, client),
    offset: known.offset,
    minChunk: minChunk > 0 ? minChunk : known.minChunk,
  };
};

/**
 * How many bytes a `Range: 0-N` stands for. N is the last byte's place, but some registries send the count
 * instead; the expected count shows which it is. An empty session sends `0-0`.
 */
const offsetOf = (response: HttpResponse, expected: number | undefined): number | undefined => {
  const match = /^(?:bytes[= ])?0-(\d+)$/.exec(headerOf(response, 'range') ?? '');
  if (!match) return expected;
  const last = Number(match[1]);
  if (last === expected || last + 1 === expected) return expected;
  return last === 0 ? 0 : last + 1;
};
