import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageNode } from '../oci/image.ts';
import { requireSchemaVersion, type Document } from '../oci/manifest.ts';
import { inParallel } from '../base/concurrency.ts';
import { COPIES, copyBlob, putBytes, putDocument, type CopyOptions } from './copy-blob.ts';

/** Copies an image, index or artifact to the target unchanged, with everything it names. */
export const carryNode = async (node: ImageNode, options: CopyOptions): Promise<Descriptor> => {
  if (node.kind === 'other') {
    await copyBlobs(node.blobs, options);
    if (node.bytes) await putBytes(node.bytes, node.descriptor.mediaType, options);
    else await copyBlob(node.descriptor, options);
    return node.descriptor;
  }
  if (node.kind === 'index' && node.isPartial)
    throw new Error('an index with images left out is rewritten');
  const { descriptor, value } = node.document;
  requireSchemaVersion(value.schemaVersion, `${node.kind} ${shortDigest(descriptor.digest)}`);
  if (node.kind === 'index') for (const child of node.children) await carryNode(child, options);
  else await copyBlobs(node.document.value.layers, options, node.config);
  await putDocument(node.document, options);
  return node.document.descriptor;
};

/**
 * A blob that is named twice is copied once: two copies at the same time would both find it missing. A config that was read
 * already is not read again.
 */
const copyBlobs = async (
  blobs: readonly Descriptor[],
  options: CopyOptions,
  config?: Document<unknown>,
): Promise<void> => {
  const jobs = new Map<Digest, () => Promise<unknown>>(
    blobs.map((blob) => [blob.digest, () => copyBlob(blob, options)]),
  );
  if (config) jobs.set(config.descriptor.digest, () => putDocument(config, options));
  await inParallel([...jobs.values()], () => {}, COPIES);
};
