import { sum } from '../base/sum.ts';
import { inOrder } from '../base/concurrency.ts';
import { throwIfAborted } from '../base/errors.ts';
import type { Codec } from '../codec/codec.ts';
import { compress, blockSize } from '../codec/compress.ts';
import { compressBlock } from '../codec/compress-block.ts';
import { GZIP_LEVEL } from '../codec/gzip.ts';
import { extentOf, padded } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Slice } from '../layer/write/blocks.ts';
import type { LazyFormat } from '../oci/lazy-format.ts';
import { OCI, type Compression } from '../oci/media-type.ts';
import type { Member, PlannedLayer } from '../plan/plan.ts';
import { nullTarget } from './null-target.ts';
import { writeLayer } from './write-layer.ts';

export interface EstimateOptions {
  readonly codec: Codec;
  readonly level?: number | undefined;
  /** A format in which samples tell nothing: what is asked for is written, and kept nowhere. */
  readonly lazy?: LazyFormat | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sizes in bytes. */
export interface SizeEstimate {
  readonly compressedSize: number;
  readonly unpackedSize: number;
}

/**
 * Estimates what planned layers will take, without writing them: samples spread evenly over each new tar are
 * compressed as the layer would be. Carried layers count as they are. On real images the estimate is within a
 * few percent; up to `SMALL` bytes everything is compressed.
 */
export const estimateLayers = async (
  planned: readonly PlannedLayer[],
  layers: readonly Layer[],
  options: EstimateOptions,
): Promise<SizeEstimate> => {
  const sizes: SizeEstimate[] = [];
  for (const each of planned) sizes.push(await estimateLayer(each, layers, options));
  return {
    compressedSize: sum(sizes.map(({ compressedSize }) => compressedSize)),
    unpackedSize: sum(sizes.map(({ unpackedSize }) => unpackedSize)),
  };
};

/** Estimates what tars that lie plain would take as gzip, which is how registries keep them. */
export const estimateGzip = async (
  tars: readonly LayerBytes[],
  options: EstimateOptions,
): Promise<number> => {
  const slices = tars.map((bytes) => ({ bytes, offset: 0, length: bytes.size }));
  return compressedSize(slices, 'gzip', { ...options, level: undefined });
};

const estimateLayer = async (
  planned: PlannedLayer,
  layers: readonly Layer[],
  options: EstimateOptions,
): Promise<SizeEstimate> => {
  if (planned.kind === 'carry') {
    const { descriptor, bytes } = layers[planned.from] as Layer;
    return { compressedSize: descriptor.size, unpackedSize: bytes.size };
  }
  if (options.lazy !== undefined) {
    const writing = { ...options, target: nullTarget, manifestType: OCI.manifest };
    const { descriptor, unpackedSize } = await writeLayer(planned, layers, writing);
    return { compressedSize: descriptor.size, unpackedSize };
  }
  const slices =
    planned.kind === 'recompress'
      ? [wholeTar(layers[planned.from] as Layer)]
      : Array.from(planned.members, (member) => slicesOf(member, layers)).flat();
  const unpackedSize = sum(slices.map(({ length }) => length));
  const stored = await compressedSize(slices, planned.compression, options);
  return { compressedSize: stored, unpackedSize };
};

const wholeTar = ({ bytes }: Layer): Slice => ({ bytes, offset: 0, length: bytes.size });

/** The bytes of a member in the source, or near enough: a header that changes stays as long as it is. */
const slicesOf = (member: Member, layers: readonly Layer[]): Slice[] => {
  if (!('entry' in member)) return [];
  const { entry } = member;
  const { bytes } = layers[entry.layer] as Layer;
  if (member.kind === 'copy') return [{ bytes, offset: entry.offset, length: extentOf(entry) }];
  const header = { bytes, offset: entry.offset, length: entry.headerSize };
  const { content, linkTo } = member.changes;
  if (content) return [header, { bytes: content, offset: 0, length: content.size }];
  if (linkTo !== undefined || entry.bodySize === 0) return [header];
  const body = { bytes, offset: entry.offset + entry.headerSize, length: padded(entry.bodySize) };
  return [header, body];
};

const KiB = 1024;
const MiB = 1024 * KiB;

/** Tars up to this size are compressed completely. */
const SMALL = 32 * MiB;

/**
 * gzip is sampled in pieces of 64 KiB, one in each 512 KiB, with the 32 KiB before it that deflate may refer to;
 * zstd in whole blocks, every other one, since a frame of a shorter block compresses worse.
 */
const GZIP_SAMPLE = { every: 512 * KiB, length: 64 * KiB, before: 32 * KiB };

const compressedSize = async (
  slices: readonly Slice[],
  compression: Compression,
  options: EstimateOptions,
): Promise<number> => {
  const size = sum(slices.map(({ length }) => length));
  if (compression === 'none') return size;
  const tar = joinSlices(slices);
  if (size <= SMALL) return compressAll(tar, size, compression, options);
  const block = blockSize(compression);
  const { every, length, before } =
    compression === 'gzip' ? GZIP_SAMPLE : { every: 2 * block, length: block, before: 0 };
  async function* samples(): AsyncGenerator<Buffer> {
    for (let start = before; start + length <= size; start += every) {
      throwIfAborted(options.signal);
      yield tar(start - before, before + length);
    }
  }
  let sampled = 0;
  let stored = 0;
  const measure = (bytes: Buffer) => sampleSize(bytes, before, compression, options);
  for await (const each of inOrder(samples(), measure)) {
    stored += each;
    sampled += length;
  }
  return Math.round((stored / sampled) * size);
};

const sampleSize = async (
  bytes: Buffer,
  before: number,
  compression: 'gzip' | 'zstd',
  { codec, level }: EstimateOptions,
): Promise<number> => {
  if (compression === 'zstd')
    return compressAll(async () => bytes, bytes.length, 'zstd', { codec, level });
  const block = codec.buffers.take(bytes.length - before);
  bytes.copy(block, 0, before);
  const input = { format: 'gzip', level: level ?? GZIP_LEVEL, block, verify: false } as const;
  const compressed = await compressBlock({ ...input, before: bytes.subarray(0, before) }, codec);
  codec.buffers.release(compressed);
  return compressed.length;
};

type ReadTar = (position: number, length: number) => Promise<Buffer>;

const compressAll = async (
  tar: ReadTar,
  size: number,
  compression: Compression,
  { codec, level }: EstimateOptions,
): Promise<number> => {
  const block = blockSize(compression);
  async function* blocks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < size; at += block) yield tar(at, Math.min(block, size - at));
  }
  let stored = 0;
  for await (const chunk of compress(blocks(), { compression, level, codec, verify: false })) {
    stored += chunk.length;
    codec.buffers.release(chunk);
  }
  return stored;
};

/** Reads slices as if they were one tar. */
const joinSlices = (slices: readonly Slice[]): ReadTar => {
  const starts: number[] = [];
  let total = 0;
  for (const { length } of slices) {
    starts.push(total);
    total += length;
  }
  return async (position, length) => {
    const target = Buffer.allocUnsafe(length);
    let at = lastAtOrBefore(starts, position);
    for (let done = 0; done < length; at++) {
      const slice = slices[at] as Slice;
      const skipped = position + done - (starts[at] as number);
      const step = Math.min(slice.length - skipped, length - done);
      if (step > 0)
        await slice.bytes.read(target.subarray(done, done + step), slice.offset + skipped);
      done += Math.max(0, step);
    }
    return target;
  };
};

/** The position of the last number that is not larger, in ascending order. */
const lastAtOrBefore = (numbers: readonly number[], wanted: number): number => {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] as number) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
};
