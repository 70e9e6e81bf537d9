import type { Digest } from '../oci/digest.ts';

export interface NamedDigest {
  /** The full reference. */
  readonly name: string;
  readonly digest: Digest;
}
