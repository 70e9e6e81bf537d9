import { createSlots } from '../base/concurrency.ts';
import type { Layer } from '../layer/layer.ts';
import type { Digest } from '../oci/digest.ts';
import { COPIES, copyBlob, type CopyOptions } from './copy-blob.ts';

/** Layers on their way to the target before the others were read. */
export interface EarlyCarries {
  /** Sends a layer that will be carried whatever is found in the others. */
  readonly start: (layer: Layer) => void;
  /** The end of what was started for a blob; `undefined` where nothing was. */
  readonly ended: (digest: Digest) => Promise<void> | undefined;
  /** Stops what has not ended. Never rejects; afterwards no layer is read any more. */
  readonly close: () => Promise<void>;
}

/** Each blob is sent once, however many layers are the same. */
export const openEarlyCarries = ({ source, target, signal }: CopyOptions): EarlyCarries => {
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const inSlot = createSlots(COPIES);
  const jobs = new Map<Digest, Promise<void>>();
  const carry = async (layer: Layer): Promise<void> => {
    if (!stopped.aborted) await carryBlob(layer, { source, target, signal: stopped });
  };
  return {
    start: (layer) => {
      const { digest } = layer.descriptor;
      if (jobs.has(digest)) return;
      const job = inSlot(() => carry(layer));
      // A failure is thrown when its end is awaited; until then it must not count as unhandled.
      job.catch(() => {});
      jobs.set(digest, job);
    },
    ended: (digest) => jobs.get(digest),
    close: async () => {
      stop.abort();
      await Promise.allSettled(jobs.values());
    },
  };
};

/** Brings the blob of a layer to the target, unless it is there. One that was fetched from elsewhere is not fetched again. */
export const carryBlob = async (
  { descriptor, fetched }: Layer,
  { source, target, signal }: CopyOptions,
): Promise<void> => {
  await copyBlob(descriptor, { source: fetched ?? source, target, signal });
};
