import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Descriptor } from '../../../src/oci/descriptor.ts';
import { algorithmOf, digestOf, hexOf } from '../../../src/oci/digest.ts';
import { type DOCKER, layerTypeFor, OCI } from '../../../src/oci/media-type.ts';
import type { ImageTarget } from '../../../src/oci/store.ts';

export interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export const blobOf = (content: Uint8Array | string | object, mediaType: string): Blob => {
  const bytes =
    content instanceof Uint8Array || typeof content === 'string'
      ? Buffer.from(content)
      : json(content);
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
};

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export interface SampleImage {
  readonly root: Descriptor;
  /** The root's own document included. */
  readonly blobs: readonly Blob[];
}

export interface SampleOptions {
  readonly platform?: object;
  /** @default OCI */
  readonly family?: typeof OCI | typeof DOCKER;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An image of one file per layer. Others with the same arguments are the same bytes. */
export const sampleImage = async (
  words: readonly string[],
  {
    platform = { os: 'linux', architecture: 'amd64' },
    family = OCI,
    annotations,
  }: SampleOptions = {},
): Promise<SampleImage> => {
  const tars = await Promise.all(words.map((word) => tarOf({ [`${word}.txt`]: word.repeat(100) })));
  const layers = tars.map((tar) => blobOf(gzipSync(tar), layerTypeFor(family.manifest, 'gzip')));
  const config = blobOf(
    {
      ...platform,
      config: { Cmd: ['/bin/true'] },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
    },
    family.config,
  );
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: family.manifest,
      config: config.descriptor,
      layers: layers.map(({ descriptor }) => descriptor),
      ...(annotations && { annotations }),
    },
    family.manifest,
  );
  return { root: manifest.descriptor, blobs: [...layers, config, manifest] };
};

/** One index over several images; `extra` are members of its own. */
export const sampleIndex = (
  images: readonly SampleImage[],
  {
    mediaType = OCI.index,
    ...extra
  }: Readonly<Record<string, unknown>> & { mediaType?: string } = {},
): SampleImage => {
  const index = blobOf(
    { schemaVersion: 2, mediaType, manifests: images.map(({ root }) => root), ...extra },
    mediaType,
  );
  return { root: index.descriptor, blobs: [...images.flatMap(({ blobs }) => blobs), index] };
};

export const named = (
  image: SampleImage,
  refName: string,
  more: Record<string, string> = {},
): Descriptor => ({
  ...image.root,
  annotations: { 'org.opencontainers.image.ref.name': refName, ...more },
});

/** Writes a layout by hand, without the code under test. */
export const writeLayout = async (
  path: string,
  images: readonly SampleImage[],
  entries: readonly object[] = images.map(({ root }) => root),
): Promise<string> => {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(path, 'index.json'), json({ schemaVersion: 2, manifests: entries }));
  for (const { descriptor, bytes } of images.flatMap(({ blobs }) => blobs)) {
    const file = join(path, 'blobs', algorithmOf(descriptor.digest), hexOf(descriptor.digest));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return path;
};

/** A tar of files given by name; a string is a text, a list is raw header members. */
export const tarOf = async (
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mtime: new Date(0), mode: 0o644 }, Buffer.from(content));
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
};

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const putAll = async (target: ImageTarget, { blobs }: SampleImage): Promise<void> => {
  for (const { descriptor, bytes } of blobs) {
    if (await target.has(descriptor)) continue;
    await target.put(once(bytes), { mediaType: descriptor.mediaType, expected: descriptor });
  }
};

export const readAll = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
};
