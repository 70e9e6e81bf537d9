import { ReslimError, throwIfAborted } from '../base/errors.ts';
import type { Codec } from '../codec/codec.ts';
import { decompress } from '../codec/decompress.ts';
import type { Entry } from '../layer/entry.ts';
import type { ExpansionBudget, LayerExpansion } from '../layer/read/expansion-budget.ts';
import { TarReader } from '../layer/tar/reader.ts';
import type { Limits } from '../base/limits.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, type Digest } from '../oci/digest.ts';
import { compressionOf, type Compression } from '../oci/media-type.ts';
import type { BlobReader } from '../oci/store.ts';
import { findingOf, type OnFinding } from './finding.ts';
import { openTally } from './tally.ts';

export interface CheckLayerOptions {
  /** Position of the layer in its image, base first. */
  readonly position: number;
  /** Its name in findings. */
  readonly name: string;
  /** From the config; absent where that cannot be read. */
  readonly diffId: Digest | undefined;
  readonly codec: Codec;
  readonly limits: Limits;
  /** What all layers may unpack to. */
  readonly expansion: ExpansionBudget;
  /** Takes an entry from the image's budget; throws when that is used up. */
  readonly countEntry: (entry: Entry) => void;
  readonly onFinding: OnFinding;
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a layer once and checks all of it: stored bytes, compression, diffId, tar. Returns its entries, or
 * `undefined` where not all of them can be read.
 */
export const checkLayer = async (
  source: BlobReader,
  descriptor: Descriptor,
  options: CheckLayerOptions,
): Promise<readonly Entry[] | undefined> => {
  const where = `${options.name}, ${shortDigest(descriptor.digest)}`;
  const { onFinding, signal } = options;
  const expansion = options.expansion.open(descriptor.digest);
  const stored = source.open(descriptor, { signal });
  const tally = openTally(metered(stored, expansion, options), descriptor);
  let entries: readonly Entry[] | undefined;
  try {
    entries = await checkContent(tally.content, descriptor.mediaType, where, {
      ...options,
      expansion,
    });
  } catch (error) {
    onFinding(findingOf(error, 'compression', where));
    if (error instanceof ReslimError && error.code === 'not-found') return undefined;
  }
  try {
    for (const [code, message] of await tally.finish())
      onFinding({ severity: 'error', code, where, message });
  } catch (error) {
    onFinding(findingOf(error, 'missing', where));
  }
  return entries;
};

async function* metered(
  content: AsyncIterable<Uint8Array>,
  { addStored }: LayerExpansion,
  { signal, onBytes }: CheckLayerOptions,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    throwIfAborted(signal);
    addStored(chunk.length);
    onBytes(chunk.length);
    yield chunk;
  }
}

const checkContent = async (
  content: AsyncIterable<Uint8Array>,
  mediaType: string,
  where: string,
  options: Omit<CheckLayerOptions, 'expansion'> & { readonly expansion: LayerExpansion },
): Promise<readonly Entry[] | undefined> => {
  const { codec, diffId, limits, expansion, onFinding } = options;
  const algorithm = diffId ? algorithmOf(diffId) : 'sha256';
  const decoding = { codec, limits, where, algorithm };
  const { compression, tar, digest } = await decompress(content, decoding);
  checkType(mediaType, compression, where, onFinding);
  const index = openIndex(where, options);
  for await (const chunk of tar) {
    expansion.addUnpacked(chunk.length, where);
    index.push(chunk);
  }
  const found = digest();
  if (diffId !== undefined && found !== diffId) {
    const message = `decompressed bytes have the digest ${found}, the config says ${diffId}`;
    onFinding({ severity: 'error', code: 'diff-id', where, message });
  }
  return index.finish();
};

const checkType = (
  mediaType: string,
  compression: Compression,
  where: string,
  onFinding: OnFinding,
): void => {
  const declared = compressionOf(mediaType);
  if (declared === compression) return;
  const message = `the media type says ${declared}, the bytes are ${compression}: ${mediaType}`;
  onFinding({ severity: 'error', code: 'media-type', where, message });
};

/** Indexes a tar until something is wrong with it; the rest is only hashed. */
const openIndex = (
  where: string,
  { position, limits, countEntry, onFinding }: Omit<CheckLayerOptions, 'expansion'>,
) => {
  const entries: Entry[] = [];
  const onEntry = (entry: Entry): void => {
    countEntry(entry);
    entries.push(entry);
  };
  const reader = new TarReader({ layer: position, where, limits, onEntry });
  let isBroken = false;
  const attempt = (step: () => void): void => {
    if (isBroken) return;
    try {
      step();
    } catch (error) {
      isBroken = true;
      onFinding(findingOf(error, 'tar', where));
    }
  };
  return {
    push: (chunk: Buffer) => attempt(() => reader.push(chunk)),
    finish: (): readonly Entry[] | undefined => {
      attempt(() => reader.finish());
      return isBroken ? undefined : entries;
    },
  };
};
