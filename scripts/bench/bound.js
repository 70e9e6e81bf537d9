// The least that any program must do that squashes an image: decompress its layers, hash what it reads
// and what it writes, compress the result. No names, no rules, no files written.
//   node scripts/bench/bound.js LAYOUT TAR gzip|zstd node|reslim
// TAR is the decompressed layer that reslim wrote for the image in LAYOUT. The last argument selects the
// codecs: those of Node and zstd-napi, or those of a build of reslim.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { blobPath, readLayout } from './read-layout.js';

const BLOCK = 1 << 20;
const CORES = availableParallelism();
const deflateRaw = promisify(zlib.deflateRaw);

const blocksOf = (path) => createReadStream(path, { highWaterMark: BLOCK });

/** Hashes chunks and passes them on. */
const hashing = (hash) =>
  async function* pass(chunks) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };

const drain = async (chunks, release) => {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    release?.(chunk);
  }
};

const decompressLayer = async (layout, layer) => {
  const stored = createHash('sha256');
  const chunks = hashing(stored)(blocksOf(blobPath(layout, layer)));
  await (layer.mediaType.includes('gzip') ? codecs.unpack(chunks) : drain(chunks));
  if (`sha256:${stored.digest('hex')}` !== layer.digest) throw new Error(`not ${layer.digest}`);
};

const decompressAll = async (layout) => {
  const layers = readLayout(layout).manifest.layers.toSorted((a, b) => b.size - a.size);
  const work = async () => {
    for (let layer = layers.shift(); layer; layer = layers.shift())
      await decompressLayer(layout, layer);
  };
  await Promise.all(Array.from({ length: CORES }, work));
};

async function* deflated(blocks) {
  const queue = [];
  for await (const block of blocks) {
    queue.push(deflateRaw(block, { level: 6, finishFlush: zlib.constants.Z_SYNC_FLUSH }));
    if (queue.length > CORES) yield await queue.shift();
  }
  while (queue.length > 0) yield await queue.shift();
}

const nodeCodecs = async () => {
  const { CompressStream } = await import('zstd-napi');
  return {
    unpack: (chunks) =>
      pipeline(chunks, zlib.createGunzip({ chunkSize: BLOCK }), (tar) => drain(tar)),
    pack: (blocks, format) => {
      const compressor =
        format === 'gzip'
          ? deflated
          : new CompressStream({ compressionLevel: 3, nbWorkers: CORES, checksumFlag: true });
      return pipeline(blocks, hashing(createHash('sha256')), compressor, (bytes) => drain(bytes));
    },
  };
};

const reslimCodecs = async () => {
  const { gunzip } = await import('../../build/codec/gunzip.js');
  const { compress } = await import('../../build/codec/compress.js');
  const { hashBlocks } = await import('../../build/codec/hash-blocks.js');
  const { openCodec } = await import('../../build/codec/codec.js');
  const codec = openCodec();
  const { release } = codec.buffers;
  return {
    unpack: async (chunks) => {
      for await (const chunk of gunzip(chunks, { algorithm: 'sha256', codec }).chunks) void chunk;
    },
    pack: async (tar, format) => {
      const { blocks, checksums } = hashBlocks(tar, { crc: format === 'gzip', codec });
      const crc = async () => (await checksums()).crc;
      await drain(compress(blocks, { compression: format, codec, crc }), release);
      await checksums();
    },
  };
};

const [layout, tar, format, whose] = process.argv.slice(2);
const codecs = await (whose === 'reslim' ? reslimCodecs() : nodeCodecs());
await decompressAll(layout);
await codecs.pack(blocksOf(tar), format);
