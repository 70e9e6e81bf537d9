/**
 * What went wrong, as a closed list.
 *
 * - `usage`: the caller's names or options do not fit together
 * - `not-found`: a file, tag, blob or image that was named does not exist
 * - `ambiguous`: a name fits several images
 * - `invalid-image`: the image breaks its specification
 * - `mismatch`: bytes do not have the digest or size they were promised with
 * - `limit`: the image exceeds a named limit (see `limits.ts`)
 * - `unsupported`: valid, but something reslim cannot handle
 * - `policy`: a check the user asked for failed
 * - `io`: the machine or the network failed (disk full, permission, timeout)
 * - `aborted`: interrupted by a signal
 */
export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'ambiguous'
  | 'invalid-image'
  | 'mismatch'
  | 'limit'
  | 'unsupported'
  | 'policy'
  | 'io'
  | 'aborted';

/** The side of a run where an error occurred: where it reads an image, or where it writes one. */
export type ErrorOrigin = 'source' | 'target';

export interface ReslimErrorOptions {
  /** What the user can do about it: one imperative sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  readonly origin?: ErrorOrigin | undefined;
  /** The full name of the image, where `message` ends with it. */
  readonly place?: string | undefined;
}

/**
 * The error type of everything a user can cause or meet. `message` is a single line "what, where"; it
 * never holds credentials, and text that comes from an image is made printable before it gets here.
 */
export class ReslimError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Set by the session for whatever fails while it reads a source or writes a target. */
  origin: ErrorOrigin | undefined;
  /** The full name of the image, where `message` ends with it. */
  readonly place: string | undefined;

  constructor(code: ErrorCode, message: string, options: ReslimErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.origin = options.origin;
    this.place = options.place;
  }
}

Object.defineProperty(ReslimError.prototype, 'name', { value: 'ReslimError' });

/** Records where an error occurred, unless it is known or the run was interrupted. */
export const setOrigin = (error: unknown, origin: ErrorOrigin): void => {
  if (error instanceof ReslimError && error.code !== 'aborted') error.origin ??= origin;
};

/** Runs an action; errors it fails with have this origin, unless they have one already. */
export const withOrigin = async <T>(origin: ErrorOrigin, action: () => Promise<T>): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    setOrigin(error, origin);
    throw error;
  }
};

/** The same error with a message that ends with where it occurred: a layer, or the `place` of an image. */
export const withPlace = (error: unknown, where: string, place?: string): unknown => {
  if (!(error instanceof ReslimError) || error.code === 'aborted') return error;
  const { code, message, hint, origin } = error;
  return new ReslimError(code, `${message}, ${where}`, { hint, origin, place, cause: error });
};

/** The error of an interrupted run. */
export const abortedError = (): ReslimError => new ReslimError('aborted', 'interrupted');

/** Throws the `aborted` error once the signal has fired. Cheap: call it once per chunk or entry. */
export const throwIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw abortedError();
};
