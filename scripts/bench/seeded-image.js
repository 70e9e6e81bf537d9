// Images of any size made from a seed: the same bytes each time, half of which compress.
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';

const BLOCK = 512;
const POOL = 16 << 20;
const RUN = 4096;
const FOLDER_SIZE = 250;
const LAYERS = 4;
const CHUNK = 1 << 20;
const ZEROS = Buffer.alloc(CHUNK);

/** Bytes: with less, a layer would grow by more than what is allowed when it is decompressed. */
const SPARSE_START = 128;

/** Marsaglia's xorshift of 32 bits. */
const randomFrom = (seed) => {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

const noise = (random) => {
  const words = new Uint32Array(POOL / 4);
  for (let at = 0; at < words.length; at++) words[at] = random();
  return Buffer.from(words.buffer);
};

const WORDS =
  'import const return function export default async await module this value error null list of a to the'.split(
    ' ',
  );

const prose = (random) => {
  const text = [];
  for (let size = 0; size < POOL; size += text.at(-1).length + 1)
    text.push(WORDS[random() % WORDS.length]);
  return Buffer.from(text.join(' ')).subarray(0, POOL);
};

const header = (name, size, type) => {
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, digits) => block.write(value.toString(8).padStart(digits, '0'), at);
  block.write(name, 0);
  octal(type === '5' ? 0o755 : 0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(1_700_000_000, 136, 11);
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  octal(
    block.reduce((total, byte) => total + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
};

const sourceFrom = (seed, isSparse = false) => {
  const random = randomFrom(seed);
  return { random, pools: [noise(random), prose(random)], isSparse };
};

/** Pieces of noise and prose in turn, selected by the seed, `size` bytes in all. */
function* fullBody(size, { random, pools }) {
  for (let left = size, turn = 0; left > 0; left -= RUN, turn++) {
    const at = random() % (POOL - RUN);
    yield pools[turn % 2].subarray(at, at + Math.min(RUN, left));
  }
}

/** Noise at the beginning, so that each file is another one, and then zeros, of which a layer stores next to nothing. */
function* sparseBody(size, { random, pools }) {
  const at = random() % (POOL - RUN);
  const start = Math.min(SPARSE_START, size);
  yield pools[0].subarray(at, at + start);
  for (let left = size - start; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
}

function* body(size, source) {
  yield* source.isSparse ? sparseBody(size, source) : fullBody(size, source);
  if (size % BLOCK > 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
}

function* pieces({ layer, files, fileSize }, source) {
  yield header('app/', 0, '5');
  yield header(`app/layer${layer}/`, 0, '5');
  for (let file = 0; file < files; file++) {
    const folder = `app/layer${layer}/${Math.floor(file / FOLDER_SIZE)}`;
    if (file % FOLDER_SIZE === 0) yield header(`${folder}/`, 0, '5');
    yield header(`${folder}/file${file}.dat`, fileSize, '0');
    yield* body(fileSize, source);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* inChunks(parts) {
  let held = [];
  let size = 0;
  for (const part of parts) {
    held.push(part);
    size += part.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** One layer of such an image as a plain tar, in memory. */
export const seededTar = ({ bytes, files, seed = 42 }) =>
  Buffer.concat([
    ...pieces({ layer: 0, files, fileSize: Math.floor(bytes / files) }, sourceFrom(seed)),
  ]);

/**
 * Makes an image of `files` files with `bytes` bytes in all, in four layers, unless `layout` holds it
 * already. Where `isSparse`, nearly all of them are zeros.
 */
export const seededImage = async (layout, { bytes, files, seed = 42, isSparse = false }) => {
  if (existsSync(layout)) return;
  const source = sourceFrom(seed, isSparse);
  const part = `${layout}.part`;
  await rm(part, { recursive: true, force: true });
  await createLayout(part);
  const layers = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const shape = { layer, files: files / LAYERS, fileSize: Math.floor(bytes / files) };
    layers.push(await putLayer(part, inChunks(pieces(shape, source)), { level: 1 }));
  }
  await putImage(part, '1.0', { layers, config: { config: { WorkingDir: '/app' } } });
  await rename(part, layout);
};
