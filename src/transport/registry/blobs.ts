import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { headerOf, type HttpResponse } from './http/exchange.ts';
import { isEncoded } from './http/read-answer.ts';
import { finalError, pause } from './http/retry.ts';
import { openTimeBudget, type TimeBudget } from './http/time-budget.ts';
import { probe } from './probe.ts';
import { hasStatus, RegistryError } from './registry-error.ts';
import type { Repository } from './repository.ts';

type BlobName = Pick<Descriptor, 'digest' | 'size'>;

/** Whether the repository has the blob, with the size it should have. */
export const hasBlob = async (
  repository: Repository,
  { digest, size }: BlobName,
): Promise<boolean> => {
  const response = await probe(repository, blobPath(repository, digest));
  const length = isEncoded(response) ? undefined : headerOf(response, 'content-length');
  return response.status === 200 && (length === undefined || Number(length) === size);
};

/**
 * A blob's bytes, unverified. A download that breaks off is resumed where it stopped; tries are counted
 * from the last one that received something.
 */
export async function* openBlob(
  repository: Repository,
  blob: BlobName,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { settings } = repository.client;
  const budget = openTimeBudget(settings.requestTimeout);
  const started = performance.now();
  let received = 0;
  let failures = 0;
  for (;;) {
    throwIfAborted(signal);
    const before = received;
    try {
      const from = { offset: received, budget, signal };
      for await (const chunk of await openFrom(repository, blob, from)) {
        received += chunk.length;
        budget.earn(chunk.length);
        yield chunk;
      }
      if (received >= blob.size) return;
      throw new RegistryError(
        'io',
        `only ${received} of ${blob.size} bytes arrived, ${nameOf(repository, blob)}`,
        {
          retryable: true,
        },
      );
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.retryable) throw error;
      failures = received - before >= settings.stallBytes ? 1 : failures + 1;
      const isOver =
        failures >= settings.attempts ||
        !(await pause(settings, { tries: failures, error, budget, signal }));
      if (isOver) throw finalError(error, { tries: failures, started });
    }
  }
}

const blobPath = (repository: Repository, digest: string): string =>
  `/v2/${repository.name}/blobs/${digest}`;

interface OpenFrom {
  readonly offset: number;
  readonly budget: TimeBudget;
  readonly signal: AbortSignal | undefined;
}

const openFrom = async (
  repository: Repository,
  blob: BlobName,
  { offset, ...how }: OpenFrom,
): Promise<AsyncIterable<Uint8Array>> => {
  const request = (
    headers: Record<string, string>,
    expect: readonly number[],
  ): Promise<HttpResponse> =>
    repository.client.send({
      to: blobPath(repository, blob.digest),
      headers,
      expect,
      scopes: repository.scopes,
      ...how,
    });
  try {
    if (offset === 0) return (await request({}, [200])).body;
    const response = await request({ range: `bytes=${offset}-` }, [200, 206, 416]);
    if (response.status === 206 && startOf(response) === offset) return response.body;
    if (response.status === 200) return skip(response.body, offset);
    // The server does not serve this range: read from the beginning, and skip what was received.
    await response.discard();
    return skip((await request({}, [200])).body, offset);
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
    throw new ReslimError('not-found', `no such blob, ${nameOf(repository, blob)}`, {
      cause: error,
    });
  }
};

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4 */
const startOf = (response: HttpResponse): number => {
  const match = /^bytes (\d+)-/.exec(headerOf(response, 'content-range') ?? '');
  return Number(match?.[1] ?? -1);
};

async function* skip(
  body: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size;
  for await (const chunk of body) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(left - chunk.length, 0);
  }
}

const nameOf = (repository: Repository, { digest }: BlobName): string =>
  `blob ${shortDigest(digest)} of ${repository.fullName}`;
