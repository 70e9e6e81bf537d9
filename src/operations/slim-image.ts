import type { FileHandle } from 'node:fs/promises';
import type { Cache } from '../cache/cache.ts';
import { collectGarbage } from '../base/collect-garbage.ts';
import { ReslimError } from '../base/errors.ts';
import type { EventListener } from '../api/events.ts';
import { foreseenReads } from '../facts/foreseen-reads.ts';
import { openEntryBudget } from '../layer/read/entry-budget.ts';
import { foreseeWithin } from '../layer/read/excerpts.ts';
import { forgetMemory } from '../codec/block-memory.ts';
import type { ExpansionBudget } from '../layer/read/expansion-budget.ts';
import { openKnownLayer } from '../layer/read/known-layer.ts';
import type { Layer, OpenLayerOptions } from '../layer/read/open-layer.ts';
import type { Limits } from '../base/limits.ts';
import type { Image } from '../oci/image.ts';
import { shortDigest } from '../oci/descriptor.ts';
import { isEncryptedType } from '../oci/media-type.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource, ImageTarget } from '../oci/store.ts';
import { inParallel } from '../base/concurrency.ts';
import { planSlim, storedAs, type PlanOptions } from '../plan/plan-slim.ts';
import type { Plan } from '../plan/plan.ts';
import { writeImage, type WrittenImage } from '../write/write-image.ts';
import { findHiddenSecrets, startReader, type HiddenSecret } from '../secrets/hidden-secrets.ts';
import { judgeImage, type ImageJudgement } from '../rules/judge-image.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Transformed, Transformer } from '../transform/transform.ts';
import { fileOpener } from '../tree/open-file.ts';
import { squashLayers } from '../tree/squash.ts';
import { checkWritten } from '../validate/check-written.ts';

export interface SlimImageOptions {
  readonly source: ImageSource;
  readonly target: ImageTarget;
  /** Decide everything, write nothing. */
  readonly dryRun: boolean;
  readonly rules: RuleBook;
  /** Makes files smaller that stay, as the user asked. */
  readonly transformer: Transformer;
  readonly plan: PlanOptions;
  readonly level: number | undefined;
  /** Recorded in the new manifest. */
  readonly recipe: string;
  readonly limits: Limits;
  readonly expansion: ExpansionBudget;
  readonly newSpool: () => Promise<FileHandle>;
  readonly cache?: Cache | undefined;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal | undefined;
}

/** What reading layers takes. */
export interface OpenLayersOptions
  extends
    Pick<
      SlimImageOptions,
      'source' | 'limits' | 'expansion' | 'newSpool' | 'cache' | 'signal' | 'onEvent'
    >,
    Pick<OpenLayerOptions, 'spool'> {}

/** Memory for excerpts of all layers of an image, in bytes: four times what a large one has. */
const EXCERPTS_SIZE = 16 * 1024 * 1024;

/** One image before and after, with every decision on the way. */
export interface SlimmedImage {
  readonly image: Image;
  readonly layers: readonly Layer[];
  readonly judgement: ImageJudgement;
  readonly transformed: Transformed;
  readonly plan: Plan;
  /** What the source hides badly. */
  readonly secrets: readonly HiddenSecret[];
  /** Absent in dry runs. */
  readonly written: WrittenImage | undefined;
}

/** The pipeline for one image: layers -> tree -> verdicts -> plan -> new image. */
export const slimImage = async (image: Image, options: SlimImageOptions): Promise<SlimmedImage> => {
  const { source, target, rules, onEvent, signal } = options;
  const platform = formatPlatform(image.platform);

  onEvent({ type: 'stage', stage: 'read', platform });
  // One layer of all is read from all of them; else most stay as they are.
  const spool = options.plan.squash === 'all' ? 'now' : 'when-read';
  const layers = await openLayers(image, { ...options, spool });
  try {
    onEvent({ type: 'stage', stage: 'judge', platform });
    const tree = squashLayers(
      layers.map(({ entries }) => entries),
      options.limits,
    );
    const secrets = await findHiddenSecrets(
      tree.hidden,
      image.config.value.history,
      startReader(layers),
    );
    const judgement = await judgeImage(rules, {
      root: tree.root,
      config: image.config.value,
      open: fileOpener(layers),
    });
    const { verdicts, records } = judgement;
    const compressions = storedAs(layers, options.plan);
    const transformed = await options.transformer.transform({
      layers,
      tree,
      verdicts,
      changed: records,
      storageOf: (layer) => ({ compression: compressions[layer] ?? 'gzip', level: options.level }),
      oneLayer: options.plan.squash === 'all',
      volumes: image.config.value.runtime.volumes,
      timestamp: options.plan.timestamp,
      onProgress: (done, total) => onEvent({ type: 'progress', stage: 'transform', done, total }),
      onStart: () => onEvent({ type: 'stage', stage: 'transform', platform }),
    });
    const replacements = new Map([...records, ...transformed.replacements]);
    const plan = planSlim({ layers, tree, verdicts, replacements }, options.plan);
    const decided = { image, layers, judgement, transformed, plan, secrets };
    if (options.dryRun) return { ...decided, written: undefined };
    if (judgement.inventory.refusal) throw judgement.inventory.refusal;

    await Promise.all(layers.map(async ({ whole }) => whole?.()));
    onEvent({ type: 'stage', stage: 'write', platform });
    forgetMemory();
    collectGarbage();
    const written = await writeImage(image, plan, layers, {
      source,
      target,
      level: options.level,
      cache: options.cache,
      timestamp: options.plan.timestamp,
      recipe: options.recipe,
      signal,
      onProgress: (done, total) => onEvent({ type: 'progress', stage: 'write', done, total }),
    });
    if (written.documents) checkWritten({ ...written, ...written.documents });
    return { ...decided, written };
  } finally {
    await Promise.allSettled(layers.map(({ bytes }) => bytes.close()));
  }
};

/** Reads layers side by side. When one fails the others are closed again. */
export const openLayers = async (image: Image, options: OpenLayersOptions): Promise<Layer[]> => {
  const { source, limits, expansion, newSpool, spool, cache, signal, onEvent } = options;
  const descriptors = image.document.value.layers;
  const total = descriptors.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const countEntry = openEntryBudget(limits, shortDigest(image.document.descriptor.digest));
  const foresee =
    spool === 'when-read'
      ? foreseeWithin(EXCERPTS_SIZE, foreseenReads(image.config.value))
      : undefined;
  const onBytes = (count: number): void => {
    done += count;
    onEvent({ type: 'progress', stage: 'read', done, total });
  };
  // The largest first, so that none of them is left over when the other cores are done.
  const order = [...descriptors.entries()].sort(([, a], [, b]) => b.size - a.size);
  const opened = await inParallel(
    order.map(([position, descriptor]) => () => {
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
      return openKnownLayer(source, descriptor, {
        position,
        diffId,
        limits,
        expansion,
        newSpool,
        spool,
        foresee,
        countEntry,
        cache,
        signal,
        onBytes,
      });
    }),
    (layer) => layer.bytes.close(),
  );
  const layers: Layer[] = [];
  for (const [at, [position]] of order.entries()) layers[position] = opened[at] as Layer;
  return layers;
};
