import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageNode } from '../oci/image.ts';
import { copyBlob, putBytes, type CopyOptions } from './copy-blob.ts';

/** Brings an image, index or artifact to the target as it is, with all it names. */
export const carryNode = async (node: ImageNode, options: CopyOptions): Promise<Descriptor> => {
  if (node.kind === 'other') {
    for (const blob of node.blobs) await copyBlob(blob, options);
    if (node.bytes) await putBytes(node.bytes, node.descriptor.mediaType, options);
    else await copyBlob(node.descriptor, options);
    return node.descriptor;
  }
  if (node.kind === 'index') for (const child of node.children) await carryNode(child, options);
  else
    for (const blob of [node.document.value.config, ...node.document.value.layers])
      await copyBlob(blob, options);
  await putBytes(node.document.bytes, node.document.descriptor.mediaType, options);
  return node.document.descriptor;
};
