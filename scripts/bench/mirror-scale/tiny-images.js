// Fills a registry with tiny images, straight through its API. Their bytes are the same each time.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { sum } from '../stats.js';
import { repositoriesOf } from './shape.js';

const OCI = 'application/vnd.oci.image';
const ARCHITECTURES = ['amd64', 'arm64', 's390x', 'ppc64le'];
const AT_ONCE = 16;

/**
 * @typedef {object} Sizes
 * @property {number} manifest mean size of one, in bytes; all of these
 * @property {number} index
 * @property {number} config
 * @property {number} ownLayer
 * @property {number} sharedLayer
 */

/**
 * Pushes all images of a shape.
 * @returns {Promise<Sizes>}
 */
export const fillRegistry = async (host, shape) => {
  const sizes = { manifest: [], index: [], config: [], ownLayer: [], sharedLayer: [] };
  await inRepositories(host, shape, async (push, { name, tags }) => {
    for (const { bytes } of sharedLayers(name, shape)) {
      sizes.sharedLayer.push(bytes.length);
      await push.blob(bytes);
    }
    await atOnce(tags, (tag) => pushImage(push, { name, tag, shape, sizes }));
  });
  return Object.fromEntries(Object.entries(sizes).map(([what, all]) => [what, mean(all)]));
};

/** Gives the first image of each repository all tags: enough for what only looks at tags. */
export const fillTags = (host, shape) =>
  inRepositories(host, shape, async (push, { name, tags }) => {
    const single = { ...shape, platforms: 1, sharedLayers: 0 };
    const { blobs, manifest } = image({ name, tag: tags[0], platform: 0, shape: single });
    for (const { bytes } of blobs) await push.blob(bytes);
    await atOnce(tags, (tag) => push.manifest(tag, manifest));
  });

const inRepositories = async (host, shape, fill) => {
  const dispatcher = new Agent({ connections: AT_ONCE });
  try {
    for (const repository of repositoriesOf(shape))
      await fill(openRepository(host, repository.name, dispatcher), repository);
  } finally {
    await dispatcher.close();
  }
};

const atOnce = async (tags, action) => {
  const waiting = tags.values();
  const work = async () => {
    for (const tag of waiting) await action(tag);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

const mean = (all) => (all.length === 0 ? 0 : sum(all) / all.length);

const pushImage = async (push, { name, tag, shape, sizes }) => {
  const manifests = [];
  for (let platform = 0; platform < shape.platforms; platform++) {
    const { blobs, manifest } = image({ name, tag, platform, shape });
    for (const { bytes } of blobs) await push.blob(bytes);
    await push.manifest(shape.platforms === 1 ? tag : digestOf(manifest.bytes), manifest);
    const architecture = ARCHITECTURES[platform];
    manifests.push({ ...descriptorOf(manifest), platform: { os: 'linux', architecture } });
    sizes.config.push(blobs.at(-1).bytes.length);
    sizes.ownLayer.push(...blobs.slice(0, -1).map(({ bytes }) => bytes.length));
    sizes.manifest.push(manifest.bytes.length);
  }
  if (shape.platforms === 1) return;
  const mediaType = `${OCI}.index.v1+json`;
  const index = document(mediaType, { schemaVersion: 2, mediaType, manifests });
  sizes.index.push(index.bytes.length);
  await push.manifest(tag, index);
};

/** One image, with what only it has. */
const image = ({ name, tag, platform, shape }) => {
  const shared = Array.from({ length: shape.sharedLayers }, (_, at) =>
    sharedLayer({ name, platform, at }),
  );
  const own = Array.from({ length: shape.ownLayers }, (_, at) =>
    layer(`app/${at}`, `${name}:${tag} for ${ARCHITECTURES[platform]}, part ${at}\n`.repeat(20)),
  );
  const layers = [...shared, ...own];
  const config = document(`${OCI}.config.v1+json`, {
    architecture: ARCHITECTURES[platform],
    os: 'linux',
    created: '2026-01-05T12:00:00Z',
    config: { Cmd: ['/app/0'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const mediaType = `${OCI}.manifest.v1+json`;
  const manifest = document(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { blobs: [...own, config], manifest };
};

const sharedLayers = (name, { platforms, sharedLayers: count }) =>
  Array.from({ length: platforms * count }, (_, at) =>
    sharedLayer({ name, platform: Math.floor(at / count), at: at % count }),
  );

const sharedLayer = ({ name, platform, at }) =>
  layer(`usr/${at}`, `${at} of ${name} for ${ARCHITECTURES[platform]}\n`.repeat(200));

const layer = (path, text) => {
  const tar = Buffer.concat([header(path, text.length), padded(Buffer.from(text)), END]);
  const bytes = gzipSync(tar);
  return { mediaType: `${OCI}.layer.v1.tar+gzip`, bytes, diffId: digestOf(tar) };
};

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);

const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))]);

/** @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
const header = (name, size) => {
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, digits) => block.write(value.toString(8).padStart(digits, '0'), at);
  block.write(name, 0);
  octal(0o755, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(1_700_000_000, 136, 11);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156);
  octal(
    block.reduce((total, byte) => total + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
};

const document = (mediaType, value) => ({ mediaType, bytes: Buffer.from(JSON.stringify(value)) });

const descriptorOf = ({ mediaType, bytes }) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push */
const openRepository = (host, name, dispatcher) => {
  const send = async (method, to, { body, type = 'application/octet-stream', status }) => {
    const url = new URL(to, `http://${host}/v2/${name}/`);
    const headers = { 'content-type': type };
    const answer = await request(url, { method, body, headers, dispatcher });
    await answer.body.dump();
    if (answer.statusCode !== status) throw new Error(`${method} ${url}: ${answer.statusCode}`);
    return answer.headers;
  };
  return {
    blob: async (bytes) => {
      const { location } = await send('POST', 'blobs/uploads/', { status: 202 });
      const to = new URL(location, `http://${host}`);
      to.searchParams.set('digest', digestOf(bytes));
      await send('PUT', to, { body: bytes, status: 201 });
    },
    manifest: (reference, { mediaType, bytes }) =>
      send('PUT', `manifests/${reference}`, { body: bytes, type: mediaType, status: 201 }),
  };
};
