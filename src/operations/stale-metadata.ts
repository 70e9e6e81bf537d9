import type { Image } from '../oci/image.ts';
import type { WrittenImage } from '../write/write-image.ts';

/**
 * Notes on labels and annotations that name a layer which the new image does not have: tools that rebase or update
 * images go by them (`ostree.final-diffid`, `io.buildpacks.lifecycle.metadata`). They are kept, since only their
 * owner can decide what they should be now.
 */
export const notesOnStaleMetadata = (
  { config, document }: Pick<Image, 'config' | 'document'>,
  written: WrittenImage | undefined,
): string[] => {
  if (!written?.changed) return [];
  const present = new Set<string>(
    written.layers.flatMap(({ descriptor, diffId }) => [descriptor.digest, diffId]),
  );
  const gone = [
    ...config.value.diffIds,
    ...document.value.layers.map(({ digest }) => digest as string),
  ].filter((digest) => !present.has(digest));
  const stale = (kind: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values)
      .filter(([, value]) => gone.some((digest) => value.includes(digest)))
      .map(([name]) => `${kind} ${name} names a layer that the new image does not have`);
  return [
    ...stale('label', config.value.runtime.labels),
    ...stale('annotation', document.value.annotations),
  ];
};
