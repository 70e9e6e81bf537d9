import { DamagedCache, type Cache } from '../cache/cache.ts';
import { ReslimError } from '../base/errors.ts';
import { checkStored } from '../layer/read/check-stored.ts';
import { inOrder } from '../base/concurrency.ts';
import type { Run } from '../codec/run-store.ts';
import type { Image } from '../oci/image.ts';
import { copyBlob, putBytes, type CopyOptions } from './copy-blob.ts';
import { describeAs, type WrittenImage } from './write-image.ts';
import type { WrittenLayer } from './write-layer.ts';

export interface WriteKnownOptions extends CopyOptions {
  readonly cache: Cache;
}

/**
 * Writes what an earlier run made of the same image. Layers are put together from their runs, and
 * compared with the digest they had. Rejects with `DamagedCache` when something of them is gone.
 */
export const writeKnown = async (
  image: Image,
  known: WrittenImage,
  options: WriteKnownOptions,
): Promise<WrittenImage> => {
  const { layers, documents } = known;
  const carried = new Set(layers.filter((layer) => layer.carried).map(({ from }) => from));
  const { source, signal } = options;
  const others = image.document.value.layers.filter((_, at) => !carried.has(at));
  for (const descriptor of others) await checkStored(source, descriptor, { signal });
  for (const layer of layers) {
    if (layer.carried) await copyBlob(layer.descriptor, options);
    else await putRuns(layer, options);
  }
  if (!documents) {
    await copyBlob(image.config.descriptor, options);
    await putBytes(image.document.bytes, image.document.descriptor.mediaType, options);
    return { ...known, descriptor: image.document.descriptor };
  }
  const { mediaType } = known.descriptor;
  await putBytes(documents.config, documents.configType, options);
  const stored = await putBytes(documents.manifest, mediaType, options);
  return { ...known, descriptor: describeAs(image, stored, mediaType) };
};

const putRuns = async (
  { descriptor, runs = [] }: WrittenLayer,
  { target, cache, signal }: WriteKnownOptions,
): Promise<void> => {
  if (await target.has(descriptor)) return;
  const { mediaType } = descriptor;
  try {
    await target.put(joinRuns(runs, cache), { mediaType, expected: descriptor, signal });
  } catch (error) {
    if (error instanceof ReslimError && error.code === 'mismatch') throw new DamagedCache();
    throw error;
  }
};

async function* joinRuns(runs: readonly Run[], cache: Cache): AsyncGenerator<Uint8Array> {
  async function* each(): AsyncGenerator<Run> {
    yield* runs;
  }
  yield* inOrder(each(), async (run) => {
    const bytes = 'bytes' in run ? run.bytes : await cache.get('runs', run.key);
    if (!bytes) throw new DamagedCache();
    return bytes;
  });
}
