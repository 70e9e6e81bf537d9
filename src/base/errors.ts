/**
 * What went wrong, as a closed list. The shell maps a code to an exit status; nothing else reads it.
 *
 * - `usage`: the caller's words or options do not fit together
 * - `not-found`: a file, tag, blob or image that was named does not exist
 * - `ambiguous`: a name fits several images
 * - `invalid-image`: the image breaks its specification
 * - `mismatch`: bytes do not have the digest or size they were promised with
 * - `limit`: a named limit was passed (see `limits.ts`)
 * - `unsupported`: valid, but nothing reslim can do
 * - `policy`: a check the user asked for said no
 * - `io`: the machine said no (disk full, permission, busy)
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

export interface ReslimErrorOptions {
  /** What the user can do about it: one imperative sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error type users meet. `message` is a single line "what, where"; it never holds
 * credentials, and text that comes from an image is made printable by the thrower.
 */
export class ReslimError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: ReslimErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

Object.defineProperty(ReslimError.prototype, 'name', { value: 'ReslimError' });

/** The error of an aborted run; thrown wherever a signal is looked at. */
export const abortedError = (): ReslimError => new ReslimError('aborted', 'interrupted');

/** Throws the `aborted` error when the signal fired. Cheap: call it once per chunk or entry. */
export const throwIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw abortedError();
};
