/** The base of an image, whose layers were not touched. */
export interface BaseReport {
  /** How many of the layers are the base's, from the lowest on. */
  readonly layers: number;
  /**
   * How it was found.
   *
   * - `count`, `layer`, `image`: what the option `base` says
   * - `annotation`: the image names its base, which was read
   * - `history`: the steps of the build show where it ends
   */
  readonly how: 'count' | 'layer' | 'image' | 'annotation' | 'history';
  /** Of the base image. */
  readonly name?: string | undefined;
  /** Bytes of its layers as stored: what everybody who has the base need not download. */
  readonly compressedSize: number;
  /** What the rules would take out of it: files, and their bytes unpacked. Slimming the base saves that in all images on it. */
  readonly removable: { readonly files: number; readonly bytes: number };
}
