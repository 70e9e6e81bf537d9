import { sum } from '../base/sum.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import type { WrittenImage } from '../write/write-image.ts';
import type { ComplementRun } from './slim-run.ts';

/** What is written beside an image, or would be. */
export interface ComplementOutcome {
  /** Absent in dry runs. */
  readonly descriptor?: Descriptor | undefined;
  /** What it takes beside the image, as stored; in dry runs estimated. */
  readonly bytes: number;
}

/** What was written beside a new image: it has the layers of this, and perhaps one above them. */
export const complementOutcome = (whole: WrittenImage, slim: WrittenImage): ComplementOutcome => ({
  descriptor: whole.descriptor,
  bytes: sum(whole.layers.slice(slim.layers.length).map(({ descriptor }) => descriptor.size)),
});

/** The same image without edits. */
export const originalOf = (image: Image, { root }: ComplementRun): Image => {
  const { digest } = image.document.descriptor;
  return imagesOf(root).find(({ document }) => document.descriptor.digest === digest) ?? image;
};
