/**
 * Timeouts, limits and retries of the registry client. Times are milliseconds, sizes bytes. With the
 * defaults a server that does not answer, stalls or trickles ends a run within two minutes, and a transfer
 * that moves may take as long as it needs; tests use small values.
 */
export interface RegistrySettings {
  /** How often one request is sent, or a transfer resumed without progress, before it fails. */
  readonly attempts: number;
  /** Delay before the second attempt; it doubles with each one, with jitter. */
  readonly backoff: number;
  readonly backoffMax: number;
  /**
   * The longest that one request may wait without progress: all attempts, redirects and delays
   * (`Retry-After` included) taken together. New content that arrives, or that a registry confirms, gives
   * back a second for each MiB.
   */
  readonly requestTimeout: number;
  /** Name lookup, TCP and TLS together. */
  readonly connectTimeout: number;
  /** To the first byte of the answer: from the beginning, or from the last byte of the body. */
  readonly headersTimeout: number;
  /**
   * Bytes a second that a registry is assumed to store: the answer to an upload may take the time that
   * follows from its size, beyond `headersTimeout`.
   */
  readonly storeRate: number;
  /** The longest that is added to `headersTimeout` for the size of an upload. */
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
