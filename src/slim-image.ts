import type { FileHandle } from 'node:fs/promises';
import { ReslimError } from './errors.ts';
import type { EventListener } from './events.ts';
import { openLayer, type Layer } from './layer/open-layer.ts';
import type { Limits } from './limits.ts';
import type { Image } from './oci/image.ts';
import { isEncryptedType } from './oci/media-type.ts';
import { formatPlatform } from './oci/platform.ts';
import type { ImageSource, ImageTarget } from './oci/store.ts';
import { inParallel } from './parallel.ts';
import { planSlim, type PlanOptions } from './plan/plan-slim.ts';
import type { Plan } from './plan/plan.ts';
import { writeImage, type WrittenImage } from './rewrite/write-image.ts';
import type { ActiveProfile } from './rules/detect.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { squashLayers } from './tree/squash.ts';

export interface SlimImageOptions {
  readonly source: ImageSource;
  readonly target: ImageTarget;
  /** Decide everything, write nothing. */
  readonly dryRun: boolean;
  readonly rules: RuleBook;
  readonly plan: PlanOptions;
  readonly level: number | undefined;
  /** Recorded in the new manifest. */
  readonly recipe: string;
  readonly limits: Limits;
  readonly newSpool: () => Promise<FileHandle>;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal | undefined;
}

/** One image before and after, with every decision on the way. */
export interface SlimmedImage {
  readonly image: Image;
  readonly layers: readonly Layer[];
  readonly active: readonly ActiveProfile[];
  readonly plan: Plan;
  /** Absent in dry runs. */
  readonly written: WrittenImage | undefined;
}

/** The pipeline for one image: layers -> tree -> verdicts -> plan -> new image. */
export const slimImage = async (image: Image, options: SlimImageOptions): Promise<SlimmedImage> => {
  const { source, target, rules, onEvent, signal } = options;
  const platform = formatPlatform(image.platform);

  onEvent({ type: 'stage', stage: 'read', platform });
  const layers = await openLayers(image, options);
  try {
    onEvent({ type: 'stage', stage: 'judge', platform });
    const tree = squashLayers(layers.map(({ entries }) => entries));
    const { verdicts, active } = rules.judge(tree.root, image.config.value);
    const plan = planSlim({ layers, tree, verdicts, replacements: new Map() }, options.plan);
    if (options.dryRun) return { image, layers, active, plan, written: undefined };

    onEvent({ type: 'stage', stage: 'write', platform });
    const written = await writeImage(image, plan, layers, {
      source,
      target,
      level: options.level,
      timestamp: options.plan.timestamp,
      recipe: options.recipe,
      signal,
      onProgress: (done, total) => onEvent({ type: 'progress', stage: 'write', done, total }),
    });
    return { image, layers, active, plan, written };
  } finally {
    await Promise.allSettled(layers.map(({ bytes }) => bytes.close()));
  }
};

/** Reads layers side by side. When one fails the others are closed again. */
const openLayers = async (image: Image, options: SlimImageOptions): Promise<Layer[]> => {
  const { source, limits, newSpool, signal, onEvent } = options;
  const descriptors = image.document.value.layers;
  const total = descriptors.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  let entries = 0;
  const countEntry = (): void => {
    if (++entries > limits.entryCount) {
      throw new ReslimError(
        'limit',
        `more than ${limits.entryCount} files in the layers, ${image.document.descriptor.digest}`,
        {
          hint: 'raise it with --max-entries',
        },
      );
    }
  };
  const onBytes = (count: number): void => {
    done += count;
    onEvent({ type: 'progress', stage: 'read', done, total });
  };
  return inParallel(
    descriptors.map((descriptor, position) => () => {
      if (isEncryptedType(descriptor.mediaType)) {
        throw new ReslimError('unsupported', `layer ${position} is encrypted, ${source.name}`, {
          hint: 'decrypt the image first',
        });
      }
      if (descriptor.urls) {
        throw new ReslimError(
          'unsupported',
          `layer ${position} is a foreign one that is not stored with the image, ${source.name}`,
        );
      }
      const diffId = image.config.value.diffIds[position] as Layer['diffId'];
      return openLayer(source, descriptor, {
        position,
        diffId,
        limits,
        newSpool,
        countEntry,
        signal,
        onBytes,
      });
    }),
    (layer) => layer.bytes.close(),
  );
};
