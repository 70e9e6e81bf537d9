/**
 * How patient and how greedy a registry session is. Times are milliseconds, sizes bytes. The
 * defaults suit slow company networks; tests make them small.
 */
export interface RegistrySettings {
  /** Tries of one request, or of an upload that gets no further, before giving up. */
  readonly attempts: number;
  /** Delay before the second try; it doubles from there, with jitter. */
  readonly backoff: number;
  readonly backoffMax: number;
  /** The longest `Retry-After` that is waited for; a server asking for more is an error. */
  readonly retryAfterMax: number;
  readonly connectTimeout: number;
  /** From the last byte sent to the first byte of the answer. */
  readonly headersTimeout: number;
  /** The same where a registry first puts a large blob together. */
  readonly finishTimeout: number;
  /** A body must move `stallBytes` in every `stallWindow` of waiting, in either direction. */
  readonly stallWindow: number;
  readonly stallBytes: number;
  /** Redirects in a row. */
  readonly redirects: number;
  /** One JSON answer that is no manifest: errors, tokens, tag pages. */
  readonly answerSize: number;
  /** One PATCH of a chunked upload; raised to what `OCI-Chunk-Min-Length` asks for. */
  readonly chunkSize: number;
  /** Pages of one listing. */
  readonly pages: number;
  /** Uploads and checks under way at once. */
  readonly parallel: number;
}
