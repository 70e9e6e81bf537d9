import { ReslimError } from '../base/errors.ts';
import { readConfig } from '../oci/config.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import { digestOf, type Digest } from '../oci/digest.ts';
import { readManifest } from '../oci/manifest.ts';
import { isLayerType } from '../oci/media-type.ts';

/** An image as it was written, with what was counted and hashed on the way. */
export interface WrittenParts {
  readonly descriptor: Descriptor;
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly diffId: Digest }[];
}

/**
 * The last check before an image becomes visible: reads the new documents again and compares them with what
 * was stored. Hashes of layers are those taken while they were written. Throws `invalid-image`, which means
 * a bug in reslim, since the source has passed these checks.
 */
export const checkWritten = ({ descriptor, manifest, config, layers }: WrittenParts): void => {
  const where = `new manifest ${shortDigest(descriptor.digest)}`;
  const expect = (holds: boolean, what: string): void => {
    if (!holds) throw doesNotFit(what, where);
  };
  const written = readManifest(manifest, descriptor.mediaType, where);
  const { diffIds, history } = readConfig(config, `config of ${where}`);
  expect(digestOf(manifest) === descriptor.digest, 'its digest');
  expect(manifest.length === descriptor.size, 'its size');
  expect(written.mediaType === descriptor.mediaType, 'its media type');
  expect(written.schemaVersion === 2, 'its schemaVersion');
  expect(digestOf(config) === written.config.digest, 'the digest of its config');
  expect(config.length === written.config.size, 'the size of its config');
  expect(written.layers.length === layers.length, 'the number of layers');
  expect(diffIds.length === layers.length, 'the number of diffIds');
  const filled = history.filter(({ emptyLayer }) => !emptyLayer).length;
  expect(history.length === 0 || filled === layers.length, 'its history');
  for (const [at, { descriptor: stored, diffId }] of layers.entries()) {
    const { digest, size, mediaType } = written.layers[at] as Descriptor;
    expect(digest === stored.digest && size === stored.size, `layer ${at + 1}`);
    expect(diffIds[at] === diffId, `the diffId of layer ${at + 1}`);
    expect(isLayerType(mediaType), `the media type of layer ${at + 1}`);
  }
};

const doesNotFit = (what: string, where: string): ReslimError =>
  new ReslimError('invalid-image', `the written image is inconsistent: ${what}, ${where}`, {
    hint: 'this is a bug in reslim, and the target is unchanged: please report it',
  });
