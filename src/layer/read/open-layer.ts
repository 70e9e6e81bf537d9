import { open, type FileHandle } from 'node:fs/promises';
import { ReslimError, throwIfAborted } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { writeAll } from '../../base/write-all.ts';
import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, type Digest } from '../../oci/digest.ts';
import type { Compression } from '../../oci/media-type.ts';
import type { BlobReader } from '../../oci/store.ts';
import { verified } from '../../oci/verified.ts';
import { decompress } from '../../codec/decompress.ts';
import { deferredBytes } from './deferred-bytes.ts';
import type { Entry } from '../entry.ts';
import { takeExcerpts, type Excerpt, type Foresee } from './excerpts.ts';
import type { ExpansionBudget, LayerExpansion } from './expansion-budget.ts';
import { fileBytes, type LayerBytes } from '../layer-bytes.ts';
import { TarReader } from '../tar/reader.ts';

/** A layer that was read once, verified and indexed. */
export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** What the bytes are, whatever the media type says. */
  readonly compression: Compression;
  /** In the order of the tar, whiteouts included. */
  readonly entries: readonly Entry[];
  /** The decompressed tar, at any place. */
  readonly bytes: LayerBytes;
  /**
   * Settles when all that was not read anew has been found as it should be; absent where everything was.
   * Rejects with `DamagedCache`, or as `openLayer` does.
   */
  readonly whole?: (() => Promise<void>) | undefined;
}

/** A layer as it was read just now. */
interface NewLayer extends Layer {
  readonly excerpts: readonly Excerpt[];
}

export interface OpenLayerOptions {
  /** Position of the layer in its image, base first. */
  readonly position: number;
  /** What the config promises of the decompressed bytes. */
  readonly diffId: Digest;
  readonly limits: Limits;
  /** Opens an empty private file for the decompressed bytes; it vanishes when closed. */
  readonly newSpool: () => Promise<FileHandle>;
  /**
   * With `when-read`, a layer that lies on this machine is written to no spool until somebody reads
   * bytes that are in no excerpt; then it is opened again.
   * @default 'now'
   */
  readonly spool?: 'now' | 'when-read' | undefined;
  /** Which excerpts are kept of a layer without a spool. @default none */
  readonly foresee?: Foresee | undefined;
  /** How it is opened again. @default openLayer */
  readonly reopen?: ((options: OpenLayerOptions) => Promise<Layer>) | undefined;
  /** What all layers of the run may unpack to. */
  readonly expansion: ExpansionBudget;
  /** Takes an entry from the image's budget; throws when that is used up. */
  readonly countEntry: (entry: Entry) => void;
  readonly signal?: AbortSignal | undefined;
  /** Called with the size of each stored chunk read. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Reads a layer in one pass: stored bytes are checked against the descriptor, decompressed, hashed
 * for the diffId, spooled (if not later) and indexed. Rejects with `mismatch` when a digest is not what was promised,
 * `invalid-image` on a broken tar, `limit` when it is larger than allowed.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#layer-diffid
 */
export const openLayer = async (
  source: BlobReader,
  descriptor: Descriptor,
  options: OpenLayerOptions,
): Promise<NewLayer> => {
  const where = `layer ${options.position} (${shortDigest(descriptor.digest)})`;
  const local = await openLocal(source, descriptor);
  const stored = local?.content ?? source.open(descriptor, { signal: options.signal });
  const expansion = options.expansion.open(descriptor.digest);
  let spool: FileHandle | undefined;
  try {
    const read = metered(verified(stored, descriptor), expansion, options);
    const { limits } = options;
    const algorithm = algorithmOf(options.diffId);
    const { compression, tar, digest } = await decompress(read, { limits, where, algorithm });
    const plain = local && compression === 'none' ? local : undefined;
    const isLater = local !== undefined && !plain && options.spool === 'when-read';
    spool = plain || isLater ? undefined : await options.newSpool();
    const foresee = isLater ? options.foresee : undefined;
    const indexing = { ...options, foresee, expansion };
    const { entries, excerpts, size } = await indexTar(tar, spool, where, indexing);
    const diffId = digest();
    if (diffId !== options.diffId) {
      throw new ReslimError(
        'mismatch',
        `decompressed bytes have digest ${shortDigest(diffId)}, not the diffId ${shortDigest(options.diffId)} of the config, ${where}`,
      );
    }
    if (!plain) await local?.handle.close();
    const { reopen = (again) => openLayer(source, descriptor, again) } = options;
    const bytes = plain
      ? fileBytes(plain.handle, plain.offset, size)
      : spool
        ? fileBytes(spool, 0, size)
        : deferredBytes(size, excerpts, async () => (await reopen(asAgain(options))).bytes);
    return { descriptor, diffId, compression, entries, bytes, excerpts };
  } catch (error) {
    await Promise.allSettled([spool?.close(), local?.handle.close()]);
    throw error;
  }
};

/** What was read and counted before is verified once more, but not counted. */
const asAgain = (options: OpenLayerOptions): OpenLayerOptions => ({
  ...options,
  spool: 'now',
  foresee: undefined,
  expansion: { open: () => ({ addStored: () => {}, addUnpacked: () => {} }) },
  countEntry: () => {},
  onBytes: undefined,
});

/**
 * A blob in a local file is read through one handle, now and later, so that what was verified is
 * what will be copied even when the path is replaced meanwhile.
 */
const openLocal = async (source: BlobReader, descriptor: Descriptor) => {
  const range = await source.locate?.(descriptor);
  if (!range) return undefined;
  const handle = await open(range.path, 'r');
  const end = range.offset + range.size - 1;
  const content: AsyncIterable<Buffer> =
    range.size === 0
      ? (async function* () {})()
      : handle.createReadStream({
          start: range.offset,
          end,
          autoClose: false,
          highWaterMark: READ_SIZE,
        });
  return { handle, offset: range.offset, content };
};

/** One read of a stored blob: large, since the disk and the thread pool like few calls. */
const READ_SIZE = 512 * 1024;

async function* metered(
  content: AsyncIterable<Uint8Array>,
  { addStored }: LayerExpansion,
  { signal, onBytes }: OpenLayerOptions,
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
  options: Omit<OpenLayerOptions, 'expansion'> & { readonly expansion: LayerExpansion },
) => {
  const { position, limits, countEntry, expansion, foresee = () => 0 } = options;
  const entries: Entry[] = [];
  const taken = takeExcerpts(foresee);
  const onEntry = (entry: Entry): void => {
    countEntry(entry);
    entries.push(entry);
    taken.see(entry);
  };
  const reader = new TarReader({ layer: position, where, limits, onEntry });
  let size = 0;
  for await (const chunk of tar) {
    expansion.addUnpacked(chunk.length, where);
    // The write is under way while this thread parses the same bytes.
    const written = spool && writeAll(spool, chunk);
    written?.catch(() => {});
    reader.push(chunk);
    taken.take(chunk, size);
    size += chunk.length;
    await written;
  }
  reader.finish();
  return { entries, excerpts: taken.excerpts, size };
};
