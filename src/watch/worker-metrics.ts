import type { MirrorOutcome } from '../api/mirror.ts';
import type { QueueCounts } from '../api/queue-status.ts';
import { openMetricsRegistry, type Metrics } from '../exporter/metrics-registry.ts';

/** What a worker counts for Prometheus. */
export interface WorkerMetrics {
  /** An attempt began, or ended in whatever way. */
  readonly begun: () => void;
  readonly ended: () => void;
  readonly outcome: (outcome: MirrorOutcome) => void;
  readonly failed: () => void;
  /** What is served, with how many images are in the queue. */
  readonly of: (queue: { readonly counts: () => Promise<QueueCounts> }) => Metrics;
}

/** No series is of an image: there would be no end to them. */
export const createWorkerMetrics = (): WorkerMetrics => {
  const { gauge, counter, contentType, text } = openMetricsRegistry('reslim_worker');
  const underWay = gauge({
    name: 'reslim_worker_images_under_way',
    help: 'Images that this worker works on.',
  });
  const images = counter({
    name: 'reslim_worker_images_total',
    help: 'Images that this worker has dealt with, by what became of them.',
    labelNames: ['status'],
  });
  const failures = counter({
    name: 'reslim_worker_failed_attempts_total',
    help: 'Attempts of this worker that failed.',
  });
  const sizes = counter({
    name: 'reslim_worker_image_bytes_total',
    help: 'Layers as stored of the images that this worker wrote, before and after.',
    labelNames: ['side'],
  });
  return {
    begun: () => underWay.inc(),
    ended: () => underWay.dec(),
    outcome: ({ status, sourceSize = 0, targetSize = 0 }) => {
      images.inc({ status });
      sizes.inc({ side: 'source' }, sourceSize);
      sizes.inc({ side: 'target' }, targetSize);
    },
    failed: () => failures.inc(),
    of: (queue) => {
      gauge({
        name: 'reslim_queue_images',
        help: 'Images in the queue: the same at every worker of it.',
        labelNames: ['state'],
        async collect() {
          for (const [state, count] of Object.entries(await queue.counts()))
            this.set({ state }, count);
        },
      });
      return { contentType, text };
    },
  };
};
