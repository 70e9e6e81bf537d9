import type { ImageSummary } from '../trend/summarize-image.ts';
import { openMetricsRegistry, type Metrics } from './metrics-registry.ts';
import type { WatchState } from './watched.ts';

/** A tag that is gone has no series any more, since gauges are filled when they are read. */
export const createMetrics = (states: readonly WatchState[]): Metrics => {
  const { gauge, counter, contentType, text } = openMetricsRegistry('reslim_exporter');
  const own = [...new Set(states.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const imageLabels = ['registry', 'repository', 'tag', 'platform', ...own];

  const imageGauge = (name: string, help: string, { valueOf, more }: ImageValue): void => {
    const labelNames = [...imageLabels, ...Object.keys(more?.(NO_IMAGE) ?? {})];
    gauge({
      name,
      help,
      labelNames,
      collect() {
        this.reset();
        for (const state of states)
          for (const { tag, images } of state.images)
            for (const image of images) {
              const value = valueOf(image);
              const labels = { ...whereOf(state), tag, platform: image.platform };
              if (value !== undefined)
                this.set({ ...state.labels, ...labels, ...more?.(image) }, value);
            }
      },
    });
  };
  imageGauge('reslim_image_size_bytes', 'Size of all layers of an image as stored.', {
    valueOf: ({ compressedSize }) => compressedSize,
  });
  imageGauge('reslim_image_layers', 'Layers of an image.', {
    valueOf: ({ layers }) => layers.length,
  });
  imageGauge('reslim_image_created_timestamp_seconds', 'When an image was made, by its config.', {
    valueOf: ({ created = '' }) => secondsOf(created),
  });
  imageGauge('reslim_image_info', 'The digest of the manifest of an image.', {
    valueOf: () => 1,
    more: ({ digest }) => ({ digest }),
  });

  const repositoryGauge = (
    name: string,
    help: string,
    valueOf: (state: WatchState) => number | undefined,
  ): void => {
    gauge({
      name,
      help,
      labelNames: ['registry', 'repository', ...own],
      collect() {
        this.reset();
        for (const state of states) {
          const value = valueOf(state);
          if (value !== undefined) this.set({ ...state.labels, ...whereOf(state) }, value);
        }
      },
    });
  };
  repositoryGauge(
    'reslim_exporter_last_success_timestamp_seconds',
    'When all tags of a repository were last read.',
    ({ lastSuccess }) => lastSuccess,
  );
  repositoryGauge(
    'reslim_exporter_scrape_duration_seconds',
    'How long the last look at a repository took.',
    ({ duration }) => duration,
  );
  counter({
    name: 'reslim_exporter_scrape_errors_total',
    help: 'Tags and repositories of a registry that could not be read.',
    labelNames: ['registry'],
    collect() {
      this.reset();
      for (const state of states) this.inc({ registry: state.registry }, state.errors);
    },
  });
  return { contentType, text };
};

interface ImageValue {
  readonly valueOf: (image: ImageSummary) => number | undefined;
  readonly more?: (image: Pick<ImageSummary, 'digest'>) => Readonly<Record<string, string>>;
}

/** For the names of labels alone. */
const NO_IMAGE = { digest: 'sha256:' } as const;

const whereOf = ({ registry, repository }: WatchState) => ({ registry, repository });

const secondsOf = (time: string): number | undefined => {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
};
