/**
 * What operations share: threads, buffers, and a cache on disk. Made by `openRuntime`; its opener closes
 * it, once no operation uses it any more.
 */
export interface Runtime {
  /** Ends the threads, frees the buffers, and completes the cache. */
  readonly close: () => Promise<void>;
}

export interface RuntimeOptions {
  /** Where work is kept for later runs; results are the same without. @default no cache */
  readonly cache?: CacheLocation | undefined;
  /** How many threads there are at most; each takes some 15 MB. @default one for each core, 8 at most */
  readonly maxThreads?: number | undefined;
  /** How many buffers wait for their next use at most, of 0.5 to 2 MB each. @default 16 */
  readonly maxSpareBuffers?: number | undefined;
  /**
   * Whether what is compressed is decompressed again by another implementation, and compared, before anything is
   * published: see docs/performance.md. @default true
   */
  readonly verifyCompression?: boolean | undefined;
}

export interface CacheLocation {
  readonly folder: string;
  /** Bytes. @default MAX_CACHE_SIZE */
  readonly maxSize?: number | undefined;
}
