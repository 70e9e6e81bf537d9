/** Code of an x86-64 program as it lies in memory. */
export interface Code {
  readonly bytes: Buffer;
  /** Where its first byte lies. */
  readonly address: number;
  /** The part of it that a compiler made; the rest are a linker's stubs. */
  readonly own: { readonly from: number; readonly to: number };
}
