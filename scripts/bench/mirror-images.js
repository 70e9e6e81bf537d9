// The images that mirrors are compared with: tags of several repositories, each an index of two platforms.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { seededTar } from './seeded-image.js';

const OCI = 'application/vnd.oci.image';
const ARCHITECTURES = ['amd64', 'arm64'];
const FILES = 20;

/**
 * Layers of each image by how many share them: all images of a platform, all tags of a repository, or none. Bytes
 * before compression, which takes a half.
 */
const LAYERS = {
  base: () => 10_000_000,
  repository: () => 4_000_000,
  own: (number) => 1_000_000 + (number % 5) * 500_000,
};

const json = (value) => Buffer.from(JSON.stringify(value));
const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/**
 * Pushes `tags` tags into each of `repositories` repositories of a registry. `shrink` divides the size of layers. Returns
 * the images by `repository:tag` with their digests, and the sizes of all that was pushed by digest.
 */
export const pushImages = async (host, { repositories, tags, shrink = 1 }) => {
  const images = new Map();
  const push = openPush(host);
  const layerOf = layersOf(shrink);
  for (let at = 0; at < repositories; at++)
    for (let number = 0; number < tags; number++) {
      const [repository, tag] = [`team/app${at}`, `1.${number}.0`];
      const manifests = [];
      for (const architecture of ARCHITECTURES) {
        const layers = [
          layerOf('base', architecture),
          layerOf('repository', `${repository} ${architecture}`),
          layerOf('own', `${repository}:${tag} ${architecture}`, at * tags + number),
        ];
        const { descriptor } = await pushImage(push, { repository, tag, architecture, layers });
        manifests.push({ ...descriptor, platform: { architecture, os: 'linux' } });
      }
      const index = { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests };
      images.set(`${repository}:${tag}`, (await push.document(repository, index, tag)).digest);
    }
  return { images, sizes: push.sizes };
};

const pushImage = async (push, { repository, tag, architecture, layers }) => {
  const stored = [];
  for (const { bytes } of layers)
    stored.push(await push.blob(repository, `${OCI}.layer.v1.tar+gzip`, bytes));
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const config = json({ architecture, os: 'linux', config: { Labels: { tag } }, rootfs });
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: await push.blob(repository, `${OCI}.config.v1+json`, config),
    layers: stored,
  };
  return { descriptor: await push.document(repository, manifest) };
};

/** Pushes blobs and documents, and keeps their sizes by digest. */
const openPush = (host) => {
  const sizes = new Map();
  const describe = (mediaType, bytes) => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    sizes.set(descriptor.digest, bytes.length);
    return descriptor;
  };
  return {
    sizes,
    blob: async (repository, mediaType, bytes) => {
      const descriptor = describe(mediaType, bytes);
      await putBlob(`http://${host}/v2/${repository}/blobs`, descriptor.digest, bytes);
      return descriptor;
    },
    document: async (repository, document, tag) => {
      const bytes = json(document);
      const descriptor = describe(document.mediaType, bytes);
      const url = `http://${host}/v2/${repository}/manifests/${tag ?? descriptor.digest}`;
      const headers = { 'content-type': document.mediaType };
      await expectCreated(await fetch(url, { method: 'PUT', headers, body: bytes }));
      return descriptor;
    },
  };
};

/** Makes each layer once. */
const layersOf = (shrink) => {
  const made = new Map();
  return (share, key, number) => {
    const name = `${share} ${key}`;
    if (!made.has(name)) made.set(name, makeLayer(LAYERS[share](number) / shrink, made.size + 1));
    return made.get(name);
  };
};

const makeLayer = (bytes, seed) => {
  const tar = seededTar({ bytes, files: FILES, seed });
  return { bytes: gzipSync(tar, { level: 1 }), diffId: digestOf(tar) };
};

const putBlob = async (blobs, digest, bytes) => {
  if ((await fetch(`${blobs}/${digest}`, { method: 'HEAD' })).ok) return;
  const { headers } = await fetch(`${blobs}/uploads/`, { method: 'POST' });
  const to = `${headers.get('location')}&digest=${encodeURIComponent(digest)}`;
  await expectCreated(await fetch(to, { method: 'PUT', body: bytes }));
};

const expectCreated = async (answer) => {
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
};
