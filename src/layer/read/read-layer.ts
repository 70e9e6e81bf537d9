import { open, type FileHandle } from 'node:fs/promises';
import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { writeAll } from '../../base/write-all.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, type Digest } from '../../oci/digest.ts';
import type { BlobReader } from '../../oci/store.ts';
import { verified } from '../../oci/verified.ts';
import type { Codec } from '../../codec/codec.ts';
import { decompress } from '../../codec/decompress.ts';
import type { Entry } from '../entry.ts';
import type { Layer } from '../layer.ts';
import { packEntries } from '../packed-entries.ts';
import { fileBytes, type LayerBytes } from '../layer-bytes.ts';
import { TarReader } from '../tar/reader.ts';
import { deferredBytes } from './deferred-bytes.ts';
import type { ExpansionBudget, LayerExpansion } from './expansion-budget.ts';
import { openFetchedBlob, type FetchedBlob } from './fetched-blob.ts';
import { pooledChunks } from './file-chunks.ts';
import { collectHeads, type Prefetch, type PrefetchedHead } from './prefetch.ts';

/** One layer, and how it is to be read. */
export interface LayerRequest {
  readonly source: BlobReader;
  readonly descriptor: Descriptor;
  readonly codec: Codec;
  /** Position of the layer in its image, base first. */
  readonly position: number;
  /** Its name in messages. */
  readonly name: string;
  /** The digest of the decompressed bytes, from the config. */
  readonly diffId: Digest;
  readonly limits: Limits;
  /** Opens an empty private file for the decompressed bytes; it is removed when closed. */
  readonly newSpool: () => Promise<FileHandle>;
  /**
   * With `when-read`, a layer that lies on this machine is written to a spool only once bytes are read that
   * no prefetched head holds; then it is decompressed again.
   * @default 'now'
   */
  readonly spool?: 'now' | 'when-read' | undefined;
  /**
   * Opens an empty private file for the stored bytes of a layer from elsewhere, which may be wanted as they are; with
   * `when-read`. @default they are fetched again
   */
  readonly newFetched?: (() => Promise<FileHandle>) | undefined;
  /** Which heads are kept of a layer without a spool. @default none */
  readonly prefetch?: Prefetch | undefined;
  /** What all layers of the run may unpack to. */
  readonly expansion: ExpansionBudget;
  /** Takes an entry from the image's budget; throws when that is used up. */
  readonly countEntry: (entry: Entry) => void;
  readonly signal?: AbortSignal | undefined;
  /** Called with the size of each stored chunk read. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** A layer as it was read just now. */
export interface ReadLayer extends Layer {
  readonly heads: readonly PrefetchedHead[];
}

/**
 * Reads a layer in one pass: stored bytes are checked against the descriptor, decompressed, hashed
 * for the diffId, spooled (if not later) and indexed. A layer without a spool is read with `readAgain`,
 * by default this function, once its bytes are needed. Rejects with `mismatch` when a digest differs,
 * `invalid-image` on a broken tar, `limit` when it is larger than allowed.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#layer-diffid
 */
export const readLayer = async (
  request: LayerRequest,
  readAgain?: (request: LayerRequest) => Promise<Layer>,
): Promise<ReadLayer> => {
  const { source, descriptor, codec, limits } = request;
  const where = `${request.name}, ${shortDigest(descriptor.digest)}`;
  const local = await openLocal(request);
  const fetched = local ? undefined : await fetch(request);
  const stored = (local ?? fetched)?.content ?? source.open(descriptor, { signal: request.signal });
  const expansion = request.expansion.open(descriptor.digest);
  let spool: FileHandle | undefined;
  try {
    const content = metered(verified(stored, descriptor), expansion, request);
    const algorithm = algorithmOf(request.diffId);
    const decoding = { codec, limits, where, algorithm };
    const { compression, tar, digest } = await decompress(content, decoding);
    const plain = local && compression === 'none' ? local : undefined;
    // What was fetched is written at once: to decompress it twice would take longer.
    const isLater = local !== undefined && !plain && request.spool === 'when-read';
    spool = plain || isLater ? undefined : await request.newSpool();
    const prefetch = isLater ? request.prefetch : undefined;
    const indexing = { ...request, prefetch, expansion };
    const { entries, heads, size } = await indexTar(tar, spool, where, indexing);
    const diffId = digest();
    if (diffId !== request.diffId) {
      throw new ReslimError(
        'mismatch',
        `decompressed bytes have digest ${shortDigest(diffId)}, not the diffId ${shortDigest(request.diffId)} of the config, ${where}`,
      );
    }
    if (!plain) await local?.handle.close();
    const again = readAgain ?? readLayer;
    const bytes = plain
      ? fileBytes(plain.handle, plain.offset, size)
      : spool
        ? fileBytes(spool, 0, size)
        : deferredBytes(size, heads, async () => (await again(secondRead(request))).bytes);
    const layer = { descriptor, diffId, compression, entries, heads };
    return fetched
      ? { ...layer, bytes: closing(bytes, fetched.handle), fetched: fetched.reader }
      : { ...layer, bytes };
  } catch (error) {
    await Promise.allSettled([spool?.close(), local?.handle.close(), fetched?.handle.close()]);
    throw error;
  }
};

/** Closes one more file with the bytes; one that is closed already stays so. */
const closing = (bytes: LayerBytes, handle: FileHandle): LayerBytes => ({
  ...bytes,
  close: async () => {
    await bytes.close();
    await handle.close();
  },
});

/** All is verified again, but nothing is counted twice. */
const secondRead = (request: LayerRequest): LayerRequest => ({
  ...request,
  spool: 'now',
  prefetch: undefined,
  expansion: { open: () => ({ addStored: () => {}, addUnpacked: () => {} }) },
  countEntry: () => {},
  onBytes: undefined,
});

/**
 * A blob in a local file is read through one handle, now and later, so that what was verified is
 * what will be copied even when the path is replaced meanwhile.
 */
const openLocal = async ({ source, descriptor, codec }: LayerRequest) => {
  const range = await source.locate?.(descriptor);
  if (!range) return undefined;
  const handle = await open(range.path, 'r');
  const { offset, size } = range;
  const content = pooledChunks({ handle, start: offset, size }, codec.buffers);
  return { handle, offset, content };
};

const fetch = async ({
  source,
  descriptor,
  spool,
  newFetched,
  signal,
}: LayerRequest): Promise<FetchedBlob | undefined> =>
  spool === 'when-read' && newFetched
    ? openFetchedBlob(await newFetched(), source.open(descriptor, { signal }))
    : undefined;

async function* metered(
  content: AsyncIterable<Uint8Array>,
  { addStored }: LayerExpansion,
  { signal, onBytes }: LayerRequest,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    throwIfAborted(signal);
    addStored(chunk.length);
    onBytes?.(chunk.length);
    yield chunk;
  }
}

const indexTar = async (
  tar: AsyncIterable<Buffer>,
  spool: FileHandle | undefined,
  where: string,
  options: Omit<LayerRequest, 'expansion'> & { readonly expansion: LayerExpansion },
) => {
  const { position, limits, countEntry, expansion, prefetch = () => 0 } = options;
  const entries = packEntries();
  const collected = collectHeads(prefetch);
  const onEntry = (entry: Entry): void => {
    countEntry(entry);
    // Its holes will be written as zeros.
    if (entry.oldForm === 'sparse') expansion.addUnpacked(entry.size - entry.bodySize, where);
    entries.add(entry);
    collected.addEntry(entry);
  };
  const reader = new TarReader({ layer: position, where, limits, onEntry });
  let size = 0;
  for await (const chunk of tar) {
    expansion.addUnpacked(chunk.length, where);
    // The write is under way while this thread parses the same bytes.
    const written = spool && writeAll(spool, chunk);
    written?.catch(() => {});
    reader.push(chunk);
    collected.addChunk(chunk, size);
    size += chunk.length;
    await written;
  }
  reader.finish();
  return { entries: entries.finish(), heads: collected.heads, size };
};
