import type { Limits } from '../base/limits.ts';
import type { Codec } from '../codec/codec.ts';
import type { Platform } from '../oci/platform.ts';
import type { BlobReader } from '../oci/store.ts';
import type { OnFinding } from './finding.ts';

export interface CheckOptions {
  readonly source: BlobReader;
  readonly codec: Codec;
  readonly limits: Limits;
  /** Only the images for this platform. */
  readonly platform?: Platform | undefined;
  readonly onFinding: OnFinding;
  /** Called with the count of stored bytes read. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}
