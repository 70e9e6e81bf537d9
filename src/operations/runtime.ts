import type { Runtime, RuntimeOptions } from '../api/runtime.ts';
import { ReslimError } from '../base/errors.ts';
import type { Cache } from '../cache/cache.ts';
import { openCache } from '../cache/open-cache.ts';
import { openCodec, type Codec } from '../codec/codec.ts';
import { openTemp } from '../transport/temp.ts';

/** A runtime with its parts, as operations use it. */
export interface OpenedRuntime extends Runtime {
  readonly codec: Codec;
  /** `undefined` without a cache, and where the folder cannot be used for one. */
  readonly cache: Cache | undefined;
}

/**
 * Opens what operations share. Without a `runtime` in its options, an operation opens one of its own, without a
 * cache, and closes it when it ends. Rejects with `usage` for limits that are no whole numbers in range.
 */
export const openRuntime = async (options: RuntimeOptions = {}): Promise<Runtime> => {
  const { maxThreads, maxSpareBuffers, verifyCompression, cache: location } = options;
  refuseBelow(1, 'maxThreads', maxThreads);
  refuseBelow(0, 'maxSpareBuffers', maxSpareBuffers);
  const codec = openCodec({ maxThreads, maxSpareBuffers, verifies: verifyCompression });
  const cache = location && (await openCache({ ...location, openPartial: openTemp }));
  const opened: OpenedRuntime = {
    codec,
    cache,
    close: async () => {
      await Promise.all([codec.close(), cache?.close()]);
    },
  };
  return opened;
};

/** The parts of what `openRuntime` returned. Throws `usage` for anything else. */
export const partsOf = (runtime: Runtime): OpenedRuntime => {
  if (isOpened(runtime)) return runtime;
  throw new ReslimError('usage', 'the runtime was not made by openRuntime()');
};

const isOpened = (runtime: Runtime): runtime is OpenedRuntime => 'codec' in runtime;

const refuseBelow = (least: number, name: string, value: number | undefined): void => {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new ReslimError('usage', `${name} must be a whole number from ${least} on: ${value}`);
};
