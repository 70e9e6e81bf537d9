import type { EventListener } from '../api/events.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageNode } from '../oci/image.ts';
import type { ImageSource } from '../oci/store.ts';

/**
 * The same source; reports how many of the image's bytes were read of it. Blobs the target has already
 * are never read, so the total may not be reached.
 */
export const countReads = (
  source: ImageSource,
  root: ImageNode,
  { onEvent }: { readonly onEvent: EventListener },
): ImageSource => {
  const total = sizeOf(root);
  let done = 0;
  return {
    ...source,
    open: async function* (descriptor, options) {
      for await (const chunk of source.open(descriptor, options)) {
        done += chunk.length;
        onEvent({ type: 'progress', stage: 'write', done, total: Math.max(total, done) });
        yield chunk;
      }
    },
  };
};

const sizeOf = (node: ImageNode): number => {
  if (node.kind === 'index') return node.children.reduce((sum, child) => sum + sizeOf(child), 0);
  const blobs: readonly Descriptor[] =
    node.kind === 'image' ? node.document.value.layers : node.blobs;
  return blobs.reduce((sum, { size }) => sum + size, 0);
};
