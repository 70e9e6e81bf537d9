import type { Cache } from '../cache/cache.ts';
import { returnBlock } from './block-memory.ts';
import { inOrder } from '../base/concurrency.ts';

/**
 * Runs are the pieces a layer is compressed in. Each is the same bytes wherever it stands, so that one
 * that was compressed before is taken from the cache: the output is the same, cold or warm.
 */
export interface RunStore {
  readonly cache: Cache;
  /** Called with each run, in order: a key of the cache, or bytes at hand. */
  readonly onRun?: ((run: Run) => void) | undefined;
}

export type Run = { readonly key: string } | { readonly bytes: Uint8Array };

/** Input of one run. */
export interface RunInput {
  readonly block: Buffer;
  /** What came before and has a say in the output. */
  readonly before?: Buffer | undefined;
}

/**
 * Takes runs from the store, or makes and keeps them; yields them in order. `method` names all that
 * shapes the output beside the input: format, level, version of the library. Each is good until the next.
 */
export async function* storedRuns(
  inputs: AsyncIterable<RunInput>,
  method: string,
  make: (input: RunInput) => Promise<Buffer>,
  store: RunStore | undefined,
): AsyncGenerator<Buffer> {
  const results = inOrder(inputs, async (input): Promise<MadeRun> => {
    if (!store) return { bytes: await make(input) };
    const key = `${method} ${nameOf(input, store.cache)}`;
    const kept = await store.cache.get('runs', key);
    if (kept) {
      returnBlock(input.block);
      return { key, bytes: kept };
    }
    const bytes = await make(input);
    await store.cache.put('runs', key, bytes);
    return { key, bytes };
  });
  for await (const { key, bytes } of results) {
    if (key !== undefined) store?.onRun?.({ key });
    yield bytes;
    returnBlock(bytes);
  }
}

interface MadeRun {
  readonly key?: string;
  readonly bytes: Buffer;
}

const nameOf = ({ block, before }: RunInput, cache: Cache): string =>
  [block, ...(before ? [before] : [])].map((bytes) => cache.nameOf(bytes)).join(' ');
