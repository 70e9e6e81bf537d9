import type { DiffResult, ImageDiff, UnpairedImage } from '../api/diff.ts';
import type { DiffOptions } from '../api/options.ts';
import { compareIndexes } from '../comparison/compare-indexes.ts';
import { pairImages } from '../comparison/pair-images.ts';
import { compressedSizeOf, descriptorOf, imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { diffParts } from './diff-parts.ts';
import { withSession } from './session.ts';
import { refuseEmpty } from './slim-checks.ts';

/**
 * Compares two images, platform by platform. Layers are read but for images with the same manifest, and those that
 * both have are read once. Resolves for images that differ as well: see `same`.
 */
export const diff = (options: DiffOptions): Promise<DiffResult> =>
  withSession(options, async (session) => {
    const { semantic = false } = options;
    const parts = diffParts(options);
    const { sources } = await session.open({ sources: [options.before, options.after] });
    const [source, other] = sources;
    const before = await session.read(source);
    const after = await session.read(other);
    refuseEmpty(imagesOf(before), source.name);
    refuseEmpty(imagesOf(after), other.name);
    const { pairs, onlyBefore, onlyAfter } = pairImages(imagesOf(before), imagesOf(after));
    const index = semantic || !parts.includes('config') ? [] : compareIndexes(before, after);
    // Most of the code of reslim, which no other verb of the library needs at its start.
    const { diffImages } = await import('./diff-images.ts');
    const images: ImageDiff[] = [];
    for (const [old, now] of pairs)
      images.push(
        await diffImages(
          { image: old, source },
          { image: now, source: other },
          {
            session,
            options,
            parts,
          },
        ),
      );
    const isSame = images.every(({ same }) => same);
    return {
      before: { name: source.name, digest: descriptorOf(before).digest },
      after: { name: other.name, digest: descriptorOf(after).digest },
      same: isSame && [...onlyBefore, ...onlyAfter, ...index].length === 0,
      semantic,
      parts,
      images,
      onlyBefore: onlyBefore.map(describeUnpaired),
      onlyAfter: onlyAfter.map(describeUnpaired),
      index,
      notes: session.notes,
    };
  });

const describeUnpaired = (image: Image): UnpairedImage => ({
  platform: formatPlatform(image.platform),
  digest: image.document.descriptor.digest,
  compressedSize: compressedSizeOf(image),
});
