import { readDescriptor, type Descriptor } from '../../oci/descriptor.ts';
import { asArray, parseJson } from '../../oci/json.ts';
import type { Limits } from '../../base/limits.ts';
import { ReslimError } from '../../base/errors.ts';
import { isKeptAsManifest } from './manifests.ts';

export interface RequiredBlobsOptions {
  /** Reads a manifest that the registry should have by now. */
  readonly read: (descriptor: Descriptor) => Promise<Uint8Array>;
  readonly limits: Pick<Limits, 'manifestCount' | 'indexDepth'>;
}

/**
 * Everything that has to be in a repository for the image to be complete: manifests, configs, layers.
 * Foreign layers are stored elsewhere by design.
 */
export const listRequired = async (
  root: Descriptor,
  { read, limits }: RequiredBlobsOptions,
): Promise<readonly Descriptor[]> => {
  const found = new Map<string, Descriptor>([[root.digest, root]]);
  let documents = 0;
  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    if (++documents > limits.manifestCount || depth > limits.indexDepth) {
      throw new ReslimError('limit', `too many or too deep manifests, ${root.digest}`);
    }
    for (const child of childrenIn(await read(descriptor), `manifest ${descriptor.digest}`)) {
      if (found.has(child.digest) || isForeign(child)) continue;
      found.set(child.digest, child);
      if (isKeptAsManifest(child.mediaType)) await visit(child, depth + 1);
    }
  };
  await visit(root, 0);
  return [...found.values()];
};

/** All that a manifest or index names; a member that is absent names nothing. `where` is for messages. */
export const childrenIn = (bytes: Uint8Array, where: string): readonly Descriptor[] => {
  const document = parseJson(bytes, where);
  const lists = ['manifests', 'layers', 'blobs'].map((name) =>
    asArray(document[name] ?? [], `${name} of ${where}`),
  );
  const config = document['config'] == null ? [] : [document['config']];
  return [...config, ...lists.flat()].map((one) => readDescriptor(one, `descriptor in ${where}`));
};

const isForeign = ({ mediaType, urls }: Descriptor): boolean =>
  urls !== undefined || /\.(nondistributable|foreign)\./.test(mediaType);
