import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import type { StoredBlob } from '../../oci/store.ts';
import { hasBlob } from './blobs.ts';
import { finalError, MAX_REFUSALS, pause } from './http/retry.ts';
import { openTimeBudget, type TimeBudget } from './http/time-budget.ts';
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
 * Sends a blob while it is spooled: in one PUT where digest and size are known, in one PATCH without a
 * length where not, in chunks where the registry asks for them or after a failure. After a failure the
 * registry is asked what it has; a session that is gone is not used again.
 */
export const uploadBlob = async (
  repository: Repository,
  spool: Spool,
  options: UploadOptions,
): Promise<void> => {
  const { settings } = repository.client;
  const upload: Upload = {
    repository: { ...repository, budget: openTimeBudget(settings.requestTimeout) },
    spool,
    options,
    started: performance.now(),
    chunkSize: settings.chunkSize,
    isChunked: false,
    acknowledged: 0,
    acknowledgedBefore: 0,
    failures: 0,
    refusals: 0,
  };
  let session = options.session;
  for (;;) {
    try {
      session ??= await startUpload(upload.repository);
      for await (const next of sendAll(upload, session)) session = recordProgress(upload, next);
      return;
    } catch (error) {
      const next = await recover(upload, session, error);
      if (next === 'done') return;
      session = next && recordProgress(upload, next);
    }
  }
};

interface Upload {
  readonly repository: Repository & { readonly budget: TimeBudget };
  readonly spool: Spool;
  readonly options: UploadOptions;
  readonly started: number;
  chunkSize: number;
  /** Set once the registry has refused the blob in one body. */
  isChunked: boolean;
  /** Bytes the registry had at most, now and at the last failure. */
  acknowledged: number;
  acknowledgedBefore: number;
  /** Failures in a row without progress between them. */
  failures: number;
  /** By the limits of the host, for which requests wait already. */
  refusals: number;
}

const recordProgress = (upload: Upload, session: UploadSession): UploadSession => {
  upload.repository.budget.earn(Math.max(session.offset - upload.acknowledged, 0));
  upload.acknowledged = Math.max(upload.acknowledged, session.offset);
  return session;
};

/** Resolves with the session to go on in, with nothing to open a new one, or rejects for good. */
const recover = async (
  upload: Upload,
  session: UploadSession | undefined,
  error: unknown,
): Promise<UploadSession | 'done' | undefined> => {
  const { repository, started, acknowledged, acknowledgedBefore } = upload;
  const { client, budget } = repository;
  const failure = retryableFailure(error, upload, session);
  if (!failure) throw await giveUp(error, upload, session);
  if (failure.isPaced && ++upload.refusals < MAX_REFUSALS)
    return session && resume(upload, session, failure);
  upload.failures = acknowledged >= acknowledgedBefore + PROGRESS ? 1 : upload.failures + 1;
  upload.acknowledgedBefore = acknowledged;
  const { failures: tries } = upload;
  const { signal } = upload.options;
  const isOver =
    tries >= client.settings.attempts ||
    !(await pause(client.settings, { tries, error: failure, budget, signal }));
  // The upload may have succeeded, and only its answer been lost.
  if (await isStored(upload, isOver ? openTimeBudget(LAST_CHECK_TIMEOUT) : budget)) return 'done';
  const giveUpNow = async (): Promise<never> => {
    throw await giveUp(finalError(failure, { tries, started }), upload, session);
  };
  if (isOver) return giveUpNow();
  throwIfAborted(signal);
  // The failure of the upload explains more than that of the request for its state.
  return session && resume(upload, session, failure).catch(giveUpNow);
};

/** Milliseconds for a last check whether a registry that did not answer has stored the blob. */
const LAST_CHECK_TIMEOUT = 5000;

/** Whether the registry has the whole blob; no, while its digest is not known yet. */
const isStored = async (
  { repository, spool, options }: Upload,
  budget: TimeBudget,
): Promise<boolean> => {
  if (!spool.isEnded) return false;
  const stored = await options.stored;
  // If this fails as well, the error before it is the one to report.
  return hasBlob({ ...repository, budget }, stored).catch(() => false);
};

/** Less than this between two failures counts as no progress, so that no upload goes on for ever. */
const PROGRESS = 1024 * 1024;
/** A registry that refuses bodies of this size cannot be pushed to. */
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
    const body = { open: () => spool.read(0, size), size };
    await finishUpload(repository, session, { digest, size, body });
    // The server may not have compared the content with its digest.
    await options.stored;
    return;
  }
  let last = session;
  for await (const next of inOneGo ? sendOpenEnded(upload, session) : sendChunks(upload, session)) {
    yield (last = next);
  }
  await finishUpload(repository, last, await options.stored);
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
    const end = Math.min(await spool.waitFor(wanted), wanted);
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

/** The failure, if another try may succeed; changes how the upload is sent where that helps. */
const retryableFailure = (
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
  // 400, 404, 409 and 416 are about the session: another one can be opened.
  if (session && hasStatus(error, 400, 404, 409, 416)) return error;
  return error.retryable ? error : undefined;
};

/** Where to go on: in the old session at the offset it names, or, if `undefined`, in a new one. */
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
