import { ReslimError } from '../../base/errors.ts';
import type { StoredBlob } from '../../oci/store.ts';
import { hasBlob } from './blobs.ts';
import { pause } from './http/retry.ts';
import { hasStatus, RegistryError } from './registry-error.ts';
import type { Repository } from './repository.ts';
import type { Spool } from './spool.ts';
import {
  askSession,
  cancelUpload,
  finishUpload,
  sendChunk,
  startUpload,
  type UploadSession,
} from './upload-session.ts';

export interface UploadOptions {
  /** Digest and size, where they are known before the content has ended. */
  readonly expected?: StoredBlob | undefined;
  /** Resolves once the content has ended; rejects when it broke off. */
  readonly stored: Promise<StoredBlob>;
  /** A session that a refused mount left open. */
  readonly session?: UploadSession | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a blob while it is spooled: in one PUT where digest and size are known, in one PATCH of
 * open length where not, in chunks where the registry asks for them or after a failure. After a
 * failure the registry is asked how far it got; a session it forgot is never written to again.
 */
export const uploadBlob = async (
  repository: Repository,
  spool: Spool,
  options: UploadOptions,
): Promise<void> => {
  const { settings } = repository.client;
  const upload: Upload = {
    repository,
    spool,
    options,
    chunkSize: settings.chunkSize,
    isChunked: false,
  };
  let session = options.session;
  let best = 0;
  let failures = 0;
  for (;;) {
    try {
      session ??= await startUpload(repository);
      for await (const acknowledged of sendAll(upload, session)) session = acknowledged;
      return;
    } catch (error) {
      const failure = finalOrPassing(error, upload, session);
      const offset = session?.offset ?? 0;
      failures = offset >= best + PROGRESS ? 1 : failures + 1;
      best = Math.max(best, offset);
      if (!failure || failures >= settings.attempts) throw await giveUp(error, upload, session);
      await pause(settings, failures, failure, options.signal);
      // The answer may have been lost after everything else went well.
      if (spool.isEnded && (await hasBlob(repository, await options.stored))) return;
      session = session && (await resume(upload, session, failure));
    }
  }
};

interface Upload {
  readonly repository: Repository;
  readonly spool: Spool;
  readonly options: UploadOptions;
  chunkSize: number;
  /** Set once the registry has refused the whole in one body. */
  isChunked: boolean;
}

/** Less than this between two failures counts as no progress, so that no upload goes on for ever. */
const PROGRESS = 1024 * 1024;
/** Below this a registry that refuses large bodies cannot be served. */
const SMALLEST_CHUNK = 1024 * 1024;

/** Yields the session whenever the registry has acknowledged something. */
async function* sendAll(
  upload: Upload,
  session: UploadSession,
): AsyncGenerator<UploadSession, void, undefined> {
  const { repository, spool, options } = upload;
  const inOneGo = session.offset === 0 && !upload.isChunked && session.minChunk === undefined;
  if (inOneGo && options.expected) {
    const { digest, size } = options.expected;
    await finishUpload(repository, session, {
      digest,
      body: { open: () => spool.read(0, size), size },
    });
    // A server that does not check must not make wrong content look right.
    await options.stored;
    return;
  }
  let last = session;
  for await (const next of inOneGo ? sendOpenEnded(upload, session) : sendChunks(upload, session)) {
    yield (last = next);
  }
  const { digest } = await options.stored;
  await finishUpload(repository, last, { digest });
}

async function* sendOpenEnded(
  { repository, spool }: Upload,
  session: UploadSession,
): AsyncGenerator<UploadSession, void, undefined> {
  const chunk = { body: { open: () => spool.read(0) }, end: () => spool.size };
  const next = await sendChunk(repository, session, chunk);
  yield next;
  if (next.offset !== spool.size) throw incomplete(next.offset, spool.size, repository);
}

async function* sendChunks(
  { repository, spool, chunkSize }: Upload,
  session: UploadSession,
): AsyncGenerator<UploadSession, void, undefined> {
  for (let current = session; ;) {
    const { offset, minChunk = 0 } = current;
    const wanted = offset + Math.max(chunkSize, minChunk);
    const end = Math.min(await spool.reach(wanted), wanted);
    if (end <= offset) return;
    const body = { open: () => spool.read(offset, end), size: end - offset };
    current = await sendChunk(repository, current, { body, end: () => end });
    yield current;
    if (current.offset > end || current.offset <= offset)
      throw incomplete(current.offset, end, repository);
  }
}

const incomplete = (got: number, sent: number, { fullName }: Repository): RegistryError =>
  new RegistryError('io', `the registry has ${got} of ${sent} bytes of an upload, ${fullName}`, {
    status: 416,
    retryable: true,
  });

/** The failure if it may pass. Sets the upload up to go about it differently where that helps. */
const finalOrPassing = (
  error: unknown,
  upload: Upload,
  session: UploadSession | undefined,
): RegistryError | undefined => {
  if (upload.spool.failure !== undefined || !(error instanceof RegistryError)) return undefined;
  if (hasStatus(error, 413) && session) {
    const isSmallest = upload.isChunked && upload.chunkSize <= SMALLEST_CHUNK;
    if (isSmallest) return undefined;
    if (upload.isChunked)
      upload.chunkSize = Math.max(Math.floor(upload.chunkSize / 2), SMALLEST_CHUNK);
    upload.isChunked = true;
    return error;
  }
  // 400, 404, 409 and 416 speak of the session, and there can be another one.
  if (session && hasStatus(error, 400, 404, 409, 416)) return error;
  return error.retryable ? error : undefined;
};

/** Where to go on: the old session at the place it says, or nowhere, which opens a new one. */
const resume = async (
  upload: Upload,
  session: UploadSession,
  failure: RegistryError,
): Promise<UploadSession | undefined> => {
  if (hasStatus(failure, 400, 404, 409, 413, 416)) return undefined;
  const now = await askSession(upload.repository, session);
  // A session that says 0 may hold a byte, and restarting one in use is refused by many.
  return now && now.offset > 0 && now.offset <= upload.spool.size ? now : undefined;
};

const giveUp = async (
  error: unknown,
  { repository, spool }: Upload,
  session: UploadSession | undefined,
): Promise<unknown> => {
  if (session) await cancelUpload(repository, session);
  const failure = spool.failure ?? error;
  if (failure instanceof ReslimError && failure.code === 'not-found' && session) {
    return new RegistryError('io', failure.message, { hint: failure.hint, cause: failure });
  }
  return failure;
};
