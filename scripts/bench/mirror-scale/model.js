// What a mirror of many images costs, worked out from what the images are like: requests, bytes, memory, time. Requests and
// bytes follow from what reslim does; the other figures are those of COST. mirror-scale.js compares all with a real run.
import { repositoriesOf } from './shape.js';

/** Names that a page of a list has: what reslim asks for. */
const PAGE = 1000;

/**
 * Requests by method, at both registries, of a run with one image at a time. More at once can add a few for each layer that
 * several images have: both look for it before one of them uploads it.
 *
 * @param {import('./shape.js').Shape} shape
 * @param {'copy' | 'slim' | 'again'} run `again` is any run in which nothing has changed
 */
export const requestsOf = (shape, run) => ({
  source: atSource(shape, run),
  target: atTarget(shape, run),
});

const atSource = (shape, run) => {
  const { images, platforms } = shape;
  const listed = greeting + listings(shape);
  if (run === 'again') return { GET: listed, HEAD: images };
  // The index, if there is one; of each platform the manifest, the config and layers. What several images of a repository have
  // is read once: a copy is sent once, and a slim reads it from the cache.
  const read = images * (indexes(shape) + platforms * (1 + CONFIG + shape.ownLayers));
  return { GET: listed + read + sharedBlobs(shape), HEAD: images };
};

const atTarget = (shape, run) => {
  const { images, platforms, ownLayers } = shape;
  // The tag: whether its image is there.
  if (run === 'again') return { GET: greeting, HEAD: images };
  const isSlim = run === 'slim';
  // A slim has one layer, the merged one. Nobody asks for it: its digest is known when it has been sent.
  const layers = isSlim ? 1 : ownLayers;
  const askedLayers = isSlim ? 0 : ownLayers;
  const shared = isSlim ? 0 : sharedBlobs(shape);
  const uploads = images * platforms * (layers + CONFIG) + shared;
  const manifests = images * (platforms + indexes(shape));
  const asked = images * platforms * (askedLayers + CONFIG) + manifests + shared;
  return {
    GET: greeting,
    HEAD: images + asked,
    POST: uploads,
    ...(isSlim && { PATCH: images * platforms }),
    // The end of each upload, each manifest by its digest, and the tag.
    PUT: uploads + manifests + images,
  };
};

const CONFIG = 1;
/** `GET /v2/`: whether the host speaks https, and wants a login. */
const greeting = 1;

const indexes = ({ platforms }) => (platforms > 1 ? 1 : 0);
const sharedBlobs = ({ repositories, platforms, sharedLayers }) =>
  repositories * platforms * sharedLayers;
const listings = (shape) =>
  Math.ceil(shape.repositories / PAGE) +
  repositoriesOf(shape).reduce((pages, { tags }) => pages + Math.ceil(tags.length / PAGE), 0);

/** Of these, Docker Hub counts GETs of manifests as pulls. */
export const pullsOf = ({ images, platforms, ...shape }, run) =>
  run === 'again' ? 0 : images * (platforms + indexes({ platforms, ...shape }));

/**
 * Bytes that a copy receives from the source and sends to the target.
 *
 * @param {import('./shape.js').Shape} shape
 * @param {import('./tiny-images.js').Sizes} sizes of one of each, in bytes
 */
export const bytesOf = (shape, sizes) => {
  const { images, platforms, ownLayers } = shape;
  const blobs =
    images * platforms * (sizes.config + ownLayers * sizes.ownLayer) +
    sharedBlobs(shape) * sizes.sharedLayer;
  const manifests = images * (platforms * sizes.manifest + indexes(shape) * sizes.index);
  const tagged = images * (platforms > 1 ? sizes.index : sizes.manifest);
  return {
    received: blobs + manifests + images * LISTED_TAG,
    // What the tag leads to is sent once more with it.
    sent: blobs + manifests + tagged,
  };
};

/** `"1.23.0",` in the list of tags. */
const LISTED_TAG = 9;

/**
 * Bytes of Redis's memory for images that wait: what the queue takes when it is empty (its scripts, two connections), the last
 * 10,000 events, of which an image makes two, and for each image the hash that has its text, and a place in a sorted set.
 *
 * @param {number} textLength of a job as JSON, in bytes
 */
export const queuedBytesOf = ({ images }, textLength) =>
  COST.queue.empty +
  Math.min(2 * images, KEPT_EVENTS) * COST.queue.event +
  images * (COST.queue.image + textLength);

/** BullMQ's own. */
const KEPT_EVENTS = 10_000;

/** Measured on the machine that docs/mirror-scale.md names, with a name of each image of 60 bytes and one tiny layer. */
const COST = {
  /** Seconds of one core: a start, and each image. Layers add what their bytes take: docs/performance.md. */
  cpu: { start: 0.6, copy: 0.005, slim: 0.0127, again: 0.0015 },
  /** Bytes of Redis 7. An image is 7 fields of a hash, 230 bytes of them for its options, with what the allocator adds. */
  queue: { empty: 510e3, event: 73, image: 975 },
  /** Bytes of the process that plans: what it takes for itself, and for each image. */
  planner: { empty: 132e6, image: 3300 },
};

/** Seconds of one core. */
export const cpuSecondsOf = ({ images, platforms }, run) =>
  COST.cpu.start + images * (run === 'again' ? 1 : platforms) * COST.cpu[run];

export const plannerBytesOf = ({ images }) => COST.planner.empty + images * COST.planner.image;

/**
 * Hours that limits of a registry alone make it take.
 * @param {{ count: number, limit: number, minutes: number }} limited so many requests, of `limit` in so many minutes
 */
export const hoursFor = ({ count, limit, minutes }) => (count / limit) * (minutes / 60);
