import type { LayerName } from '../oci/layer-names.ts';

/** Where a secret is. Its value is never reported. */
export interface FoundSecret {
  readonly severity: 'high' | 'medium';
  /** `private key`, `build argument`, … */
  readonly kind: string;
  /** Of a file: absolute, as text. */
  readonly path?: string | undefined;
  /** Of a file: the layer that still holds it. */
  readonly layer?: LayerName | undefined;
  /** Of a build argument: the step of the history that shows it, counted from 1. */
  readonly step?: number | undefined;
  /** What it is, where, and what to do; one line. */
  readonly message: string;
}
