import { throwIfAborted } from '../base/errors.ts';
import { compressLazily } from '../layer/lazy/compress-lazily.ts';
import { isDescribable } from '../layer/lazy/is-describable.ts';
import type { LazyLayer } from '../layer/lazy/piece-tar.ts';
import { padding, toBlocks, type Piece, type Slice } from '../layer/write/blocks.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import { blockSize, compress } from '../codec/compress.ts';
import type { BlockStore } from '../codec/block-store.ts';
import type { Codec } from '../codec/codec.ts';
import { extentOf, padded, type Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { hashBlocks } from '../codec/hash-blocks.ts';
import {
  END_OF_ARCHIVE,
  folderHeader,
  rewriteHeader,
  whiteoutHeader,
} from '../layer/tar/rewrite-header.ts';
import type { Digest } from '../oci/digest.ts';
import { changesTar, compressionOfFormat, type LazyFormat } from '../oci/lazy-format.ts';
import type { LayerContent } from '../oci/layer-content.ts';
import { layerTypeFor, type Compression } from '../oci/media-type.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageTarget } from '../oci/store.ts';
import type { HeaderChanges, Member, PlannedLayer } from '../plan/plan.ts';
import type { Tar } from './known-tars.ts';

/** A layer of the new image. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Decompressed bytes. */
  readonly unpackedSize: number;
  /** The source layer whose blob is carried, or whose place in the history it takes. */
  readonly from: number | undefined;
  readonly carried: boolean;
  /** Its blob was made by an earlier run. */
  readonly reused?: true | undefined;
  /** What it holds, where layers are made by content. */
  readonly content?: LayerContent | undefined;
  /** What the history says of it. @default that it has all files of the steps before, or what it holds */
  readonly comment?: string | undefined;
  /** What its descriptor says of its bytes. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface WriteLayerOptions {
  readonly target: ImageTarget;
  /** The media type of the manifest, which decides those of layers. */
  readonly manifestType: string;
  readonly level?: number | undefined;
  readonly codec: Codec;
  /** The format of layers that are compressed as it is. */
  readonly lazy?: LazyFormat | undefined;
  /** Where compressed blocks of the layer are found. */
  readonly store?: BlockStore | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each slice of a source layer, and where it stands in the new tar. */
  readonly onSlice?: ((slice: Slice, at: number) => void) | undefined;
  /** Called with the count of tar bytes written. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Writes a planned layer that is not carried: in one pass its tar is made, hashed, compressed and stored. */
export const writeLayer = async (
  planned: Exclude<PlannedLayer, { kind: 'carry' }>,
  layers: readonly Layer[],
  options: WriteLayerOptions,
): Promise<WrittenLayer> => {
  const { compression, from } = planned;
  const pieces = (): Iterable<Piece> =>
    planned.kind === 'write'
      ? tarPieces(planned.members, layers)
      : fullTar(layers[planned.from] as Layer);
  const stored = await storeTar(pieces, compression, from, options);
  const content = planned.kind === 'write' ? planned.content : undefined;
  return content ? { ...stored, content } : stored;
};

/** What the tar of a new layer is, without storing it. */
export const hashTar = async (
  members: Iterable<Member>,
  layers: readonly Layer[],
  { codec, signal }: Pick<WriteLayerOptions, 'codec' | 'signal'>,
): Promise<Tar> => {
  const { buffers } = codec;
  const tar = toBlocks(tarPieces(members, layers), { size: blockSize('gzip'), buffers });
  const { blocks, checksums } = hashBlocks(tar, { crc: false, codec });
  let unpackedSize = 0;
  for await (const block of blocks) {
    throwIfAborted(signal);
    unpackedSize += block.length;
    buffers.release(block);
  }
  return { diffId: (await checksums()).digest, unpackedSize };
};

const storeTar = async (
  pieces: () => Iterable<Piece>,
  compression: Compression,
  from: number | undefined,
  options: WriteLayerOptions,
): Promise<WrittenLayer> => {
  const { target, manifestType, codec, level, store, signal, onBytes } = options;
  const { lazy } = options;
  const blocks = (onSlice?: WriteLayerOptions['onSlice']): AsyncIterable<Buffer> =>
    toBlocks(pieces(), { size: blockSize(compression), buffers: codec.buffers, onSlice });
  const isWanted = lazy !== undefined && compressionOfFormat(lazy) === compression;
  const format = isWanted && (await fits(lazy, blocks, codec)) ? lazy : undefined;
  const mediaType = layerTypeFor(manifestType, compression);
  let unpackedSize = 0;
  const tar = counted(blocks(format ? undefined : options.onSlice), (count) => {
    throwIfAborted(signal);
    unpackedSize += count;
    onBytes?.(count);
  });
  const { blocks: hashed, checksums } = hashBlocks(tar, {
    crc: compression === 'gzip' && !format,
    codec,
  });
  const {
    content,
    annotations,
    tar: made,
  }: Stored = format
    ? compressLazily(hashed, { format, level, codec, store })
    : {
        content: compress(hashed, {
          compression,
          level,
          codec,
          crc: async () => (await checksums()).crc,
          store,
        }),
      };
  const { release } = codec.buffers;
  const blob = await target.put(content, { mediaType, signal, release });
  const { digest, size } = made?.() ?? { ...(await checksums()), size: unpackedSize };
  return {
    descriptor: { mediaType, ...blob },
    diffId: digest,
    unpackedSize: size,
    from,
    carried: false,
    ...(annotations && { annotations: annotations() }),
  };
};

type Stored = Partial<Pick<LazyLayer, 'annotations' | 'tar'>> & {
  readonly content: AsyncIterable<Uint8Array>;
};

/** Whether a tar can be written in a format: only to add files to one that has no table after all would leave these in it. */
const fits = async (
  format: LazyFormat,
  blocks: () => AsyncIterable<Buffer>,
  { buffers }: Codec,
): Promise<boolean> => {
  if (!changesTar(format)) return true;
  async function* released(): AsyncGenerator<Buffer> {
    for await (const block of blocks()) {
      yield block;
      buffers.release(block);
    }
  }
  return isDescribable(released());
};

async function* counted(
  blocks: AsyncIterable<Buffer>,
  onBlock: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    onBlock(block.length);
    yield block;
  }
}

const fullTar = ({ bytes }: Layer): Piece[] => [{ bytes, offset: 0, length: bytes.size }];

/** Headers that change are made when it is their turn: with a clamped time it may be all of them. */
function* tarPieces(members: Iterable<Member>, layers: readonly Layer[]): Generator<Piece> {
  for (const member of members) {
    yield { path: 'entry' in member ? member.entry.path : member.path };
    if (!('entry' in member)) {
      yield member.kind === 'folder' ? folderHeader(member.path) : whiteoutHeader(member.path);
      continue;
    }
    const { entry } = member;
    const { bytes } = layers[entry.layer] as Layer;
    if (member.kind === 'copy') {
      yield { bytes, offset: entry.offset, length: extentOf(entry) };
      continue;
    }
    const { changes } = member;
    yield () => changedHeader(entry, changes, bytes);
    if (changes.content) yield* body(changes.content);
    else if (changes.linkTo === undefined && entry.bodySize > 0) {
      yield { bytes, offset: entry.offset + entry.headerSize, length: padded(entry.bodySize) };
    }
  }
  yield END_OF_ARCHIVE;
}

const changedHeader = async (
  entry: Entry,
  changes: HeaderChanges,
  bytes: LayerBytes,
): Promise<Buffer> => {
  const raw = Buffer.allocUnsafe(entry.headerSize);
  await bytes.read(raw, entry.offset);
  const { path } = changes;
  // In old headers only the last slash says that an entry is a folder.
  const named = path !== undefined && entry.type === 'directory' ? `${path}/` : path;
  return rewriteHeader(raw, { ...changes, path: named, size: changes.content?.size });
};

const body = (content: LayerBytes): Piece[] => [
  { bytes: content, offset: 0, length: content.size },
  padding(content.size),
];
