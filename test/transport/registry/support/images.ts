import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { digestOf, type Digest } from '../../../../src/oci/digest.ts';
import type { Descriptor } from '../../../../src/oci/descriptor.ts';
import { OCI } from '../../../../src/oci/media-type.ts';
import type { ImageSource, ImageTarget } from '../../../../src/oci/store.ts';
import { readVerified, verified } from '../../../../src/oci/verified.ts';

/** A made-up image: blobs and documents in the order a target wants them. */
export interface TestImage {
  readonly root: Descriptor;
  readonly parts: readonly { readonly descriptor: Descriptor; readonly bytes: Buffer }[];
}

export interface TestImageOptions {
  readonly layers?: readonly Buffer[];
  readonly architecture?: string;
  /** Layers are compressed with gzip on the way in, and typed as such. */
  readonly isCompressed?: boolean;
  /** When its config says that it was made. */
  readonly created?: string;
  /** `created_by` of each layer. */
  readonly steps?: readonly string[];
}

/** Its layers are random bytes unless they are given: transports do not look inside. */
export const makeImage = (options: TestImageOptions = {}): TestImage => {
  const {
    layers = [randomBytes(300_000), randomBytes(70_000)],
    architecture = 'amd64',
    isCompressed = false,
    created,
    steps,
  } = options;
  const layerParts = layers.map((bytes) =>
    isCompressed ? part(`${OCI.layer}+gzip`, gzipSync(bytes)) : part(OCI.layer, bytes),
  );
  const config = jsonPart(OCI.config, {
    architecture,
    os: 'linux',
    created,
    history: steps?.map((step) => ({ created_by: step })),
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((bytes) => digestOf(bytes)) },
  });
  const manifest = jsonPart(OCI.manifest, {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: plain(config.descriptor),
    layers: layerParts.map(({ descriptor }) => plain(descriptor)),
  });
  return { root: manifest.descriptor, parts: [...layerParts, config, manifest] };
};

/** An index over images for different platforms. */
export const makeIndex = (images: readonly TestImage[]): TestImage => {
  const index = jsonPart(OCI.index, {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: images.map(({ root }, at) => ({
      ...plain(root),
      platform: { os: 'linux', architecture: at === 0 ? 'amd64' : 'arm64' },
    })),
  });
  return { root: index.descriptor, parts: [...images.flatMap(({ parts }) => parts), index] };
};

/** Something that refers to an image, as a signature or an SBOM does. */
export const makeArtifact = (subject: Descriptor, artifactType: string): TestImage => {
  const empty = part('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const payload = part('text/plain', randomBytes(200));
  const manifest = jsonPart(OCI.manifest, {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    artifactType,
    config: plain(empty.descriptor),
    layers: [plain(payload.descriptor)],
    subject: plain(subject),
    annotations: { 'org.example.note': 'made for a test' },
  });
  return { root: manifest.descriptor, parts: [empty, payload, manifest] };
};

export interface PushOptions {
  /** Lets the target find digest and size out by itself. */
  readonly isUnknown?: boolean;
  readonly skipCommit?: boolean;
}

const isDocument = ({ mediaType }: Descriptor): boolean =>
  mediaType === OCI.manifest || mediaType === OCI.index;

/** Pushes as the pipeline does: what is not there, all blobs at once, then documents, then commit. */
export const push = async (
  target: ImageTarget,
  image: TestImage,
  options: PushOptions = {},
): Promise<void> => {
  const put = async ({ descriptor, bytes }: TestImage['parts'][number]): Promise<void> => {
    const { mediaType, digest, size } = descriptor;
    if (await target.has(descriptor)) return;
    const expected = options.isUnknown ? undefined : { digest, size };
    const stored = await target.put(inChunks(bytes), { mediaType, expected });
    if (stored.digest !== digest || stored.size !== size)
      throw new Error(`stored as ${stored.digest}`);
  };
  const blobs = image.parts.filter(({ descriptor }) => !isDocument(descriptor));
  const results = await Promise.allSettled(blobs.map(put));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  for (const one of image.parts) if (isDocument(one.descriptor)) await put(one);
  if (!options.skipCommit) await target.commit(image.root);
};

/** Reads a whole image by its documents, verifying every byte. Resolves with the digests it saw. */
export const pull = async (source: ImageSource): Promise<Set<Digest>> => {
  const seen = new Set<Digest>();
  const visit = async (descriptor: Descriptor): Promise<void> => {
    seen.add(descriptor.digest);
    if (descriptor.mediaType !== OCI.manifest && descriptor.mediaType !== OCI.index) {
      for await (const _ of verified(source.open(descriptor), descriptor));
      return;
    }
    const bytes = await readVerified(source.open(descriptor), descriptor, 4 * 1024 * 1024);
    const {
      config,
      layers = [],
      manifests = [],
    } = JSON.parse(Buffer.from(bytes).toString()) as Record<string, never>;
    await Promise.all(
      [
        ...(config ? [config] : []),
        ...(layers as Descriptor[]),
        ...(manifests as Descriptor[]),
      ].map(visit),
    );
  };
  await visit(source.root);
  return seen;
};

export async function* inChunks(
  bytes: Buffer,
  size = 50_000,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const part = (mediaType: string, bytes: Buffer): { descriptor: Descriptor; bytes: Buffer } => ({
  descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length },
  bytes,
});

const jsonPart = (mediaType: string, value: unknown) =>
  part(mediaType, Buffer.from(JSON.stringify(value)));

const plain = ({ mediaType, digest, size }: Descriptor): object => ({ mediaType, digest, size });
