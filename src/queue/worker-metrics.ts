import { Counter, Gauge, Registry } from 'prom-client';
import type { MirrorOutcome } from '../api/mirror.ts';
import { VERSION } from '../base/version.ts';
import type { WatchedQueue } from './queue-status.ts';

/** What a worker counts for Prometheus. */
export interface WorkerMetrics {
  readonly begun: () => void;
  /** An attempt ended, without an outcome where it failed. */
  readonly ended: (outcome: MirrorOutcome | undefined) => void;
  /** The text that is served, with how many images are in the queue. */
  readonly of: (queue: Pick<WatchedQueue, 'counts'>) => ServedMetrics;
}

export interface ServedMetrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** Names follow https://prometheus.io/docs/practices/naming/; no series is of an image, so that there is no end to them. */
export const createWorkerMetrics = (): WorkerMetrics => {
  const registry = new Registry();
  const registers = [registry];
  const underWay = new Gauge({
    name: 'reslim_worker_images_under_way',
    help: 'Images that this worker works on.',
    registers,
  });
  const images = new Counter({
    name: 'reslim_worker_images_total',
    help: 'Images that this worker has dealt with, by what became of them.',
    labelNames: ['status'],
    registers,
  });
  const failures = new Counter({
    name: 'reslim_worker_failed_attempts_total',
    help: 'Attempts of this worker that failed.',
    registers,
  });
  const sizes = new Counter({
    name: 'reslim_worker_image_bytes_total',
    help: 'Layers as stored of the images that this worker wrote, before and after.',
    labelNames: ['side'],
    registers,
  });
  new Gauge({
    name: 'reslim_worker_build_info',
    help: 'The version of reslim.',
    labelNames: ['version'],
    registers,
  }).set({ version: VERSION }, 1);
  return {
    begun: () => underWay.inc(),
    ended: (outcome) => {
      underWay.dec();
      if (!outcome) return failures.inc();
      const { status, sourceSize = 0, targetSize = 0 } = outcome;
      images.inc({ status });
      sizes.inc({ side: 'source' }, sourceSize);
      sizes.inc({ side: 'target' }, targetSize);
    },
    of: (queue) => {
      const queued = new Gauge({
        name: 'reslim_queue_images',
        help: 'Images in the queue: the same at every worker of it.',
        labelNames: ['state'],
        registers,
        collect: async () => {
          for (const [state, count] of Object.entries(await queue.counts()))
            queued.set({ state }, count);
        },
      });
      return { contentType: registry.contentType, text: () => registry.metrics() };
    },
  };
};
