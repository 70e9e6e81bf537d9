import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageNode } from '../oci/image.ts';
import { copyBlob, putBytes, type CopyOptions } from './copy-blob.ts';

/** Brings an image, index or artifact to the target as it is, with all it names. */
export const carryNode = async (node: ImageNode, options: CopyOptions): Promise<Descriptor> => {
  if (node.kind === 'index') for (const child of node.children) await carryNode(child, options);
  const document = node.document;
  if (!document) {
    const { descriptor } = node as { descriptor: Descriptor };
    await copyBlob(descriptor, options);
    return descriptor;
  }
  if ('layers' in document.value) {
    for (const blob of [document.value.config, ...document.value.layers])
      await copyBlob(blob, options);
  }
  await putBytes(document.bytes, document.descriptor.mediaType, options);
  return document.descriptor;
};
