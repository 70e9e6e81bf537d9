/**
 * Timeouts, limits and retries of the registry client. Times are milliseconds, sizes bytes. The defaults
 * suit slow networks; tests use small values.
 */
export interface RegistrySettings {
  /** How often one request is sent, or an upload resumed without progress, before it fails. */
  readonly attempts: number;
  /** Delay before the second attempt; it doubles with each one, with jitter. */
  readonly backoff: number;
  readonly backoffMax: number;
  /** The longest `Retry-After` that is obeyed; a longer one is an error. */
  readonly retryAfterMax: number;
  readonly connectTimeout: number;
  /** From the last byte sent to the first byte of the answer. */
  readonly headersTimeout: number;
  /** The same for a request that ends an upload: the registry may first assemble a large blob. */
  readonly finishTimeout: number;
  /** A request fails when fewer than `stallBytes` of its body are sent or received in a `stallWindow`. */
  readonly stallWindow: number;
  readonly stallBytes: number;
  /** Redirects in a row. */
  readonly redirects: number;
  /** The largest JSON answer that is not a manifest: errors, tokens, pages of tags. */
  readonly answerSize: number;
  /** One PATCH of a chunked upload; raised to what `OCI-Chunk-Min-Length` asks for. */
  readonly chunkSize: number;
  /** Pages of one listing. */
  readonly pages: number;
  /** Uploads and checks at the same time. */
  readonly parallel: number;
}
