/** Bytes of a layer that are somewhere else as well, where they take less to read. */
export interface HeldBytes {
  /** Fills `target` from `position`; `false` where not all of it is held, or it cannot be read. */
  read(target: Buffer, position: number): Promise<boolean>;
}
