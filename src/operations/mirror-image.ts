import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { EventListener } from '../api/events.ts';
import type { MirrorJob, MirrorOptions, MirrorOutcome } from '../api/mirror.ts';
import type { RunOptions } from '../api/options.ts';
import type { Cache } from '../cache/cache.ts';
import { unlessMissing, withIoErrors } from '../base/io-error.ts';
import { sum } from '../base/sum.ts';
import { backupTag } from '../mirror/backup-tag.ts';
import { judgeAge, newestTime } from '../mirror/judge-age.ts';
import { placeOf } from '../mirror/kept-place.ts';
import { compressedSizeOf, imagesOf } from '../oci/image.ts';
import type { Digest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import type { Seen } from '../state/seen.ts';
import type { TempFolder } from '../transport/temp.ts';
import { withRoute } from './error-origins.ts';
import { copyMethod } from './mirror-copy.ts';
import { slimMethod } from './mirror-slim.ts';
import { withSession } from './session.ts';

/** What all images of a run share. */
export interface MirrorRun extends Omit<RunOptions, 'platform' | 'onEvent'> {
  readonly dryRun: boolean;
  /** Folders for temporary files of images are made in this one. */
  readonly temp: TempFolder;
  readonly runLayers: Cache | undefined;
  readonly seen: Seen | undefined;
  readonly onProgress: NonNullable<MirrorOptions['onProgress']>;
}

/**
 * Mirrors one image, unless its target is current: that costs a HEAD at either place. Rejects with a `ReslimError`; the
 * target is then as it was.
 */
export const mirrorImage = (
  job: MirrorJob,
  attempt: number,
  { dryRun, seen, onProgress, temp, ...options }: MirrorRun,
): Promise<MirrorOutcome> => {
  const onEvent: EventListener = (event) => onProgress({ type: 'event', job, event });
  onProgress({ type: 'begun', job, attempt });
  const { settings } = job;
  const { platforms } = settings;
  return withSession({ ...options, platforms, onEvent, outerTemp: temp }, async (session) => {
    const method = settings.copy
      ? copyMethod(settings, session)
      : await slimMethod(settings, session);
    const hasFolder = await isFolderReady(job.target, { dryRun });
    const places = await session.open({
      sources: [job.source],
      targets: hasFolder ? [job.target] : [],
      referrers: settings.referrers !== undefined && settings.referrers !== false,
      inPlace: false,
    });
    const [source] = places.sources;
    const target = places.targets[0];
    const outcome = (
      status: MirrorOutcome['status'],
      more: Partial<MirrorOutcome> = {},
    ): MirrorOutcome => ({
      job,
      status,
      digest: source.root.digest,
      ...more,
      attempts: attempt,
      durationMs: session.elapsed(),
    });
    return withRoute(source.name, target?.name ?? job.target, async () => {
      const existing = await target?.openExisting({ archives: true });
      if (existing) session.add(existing);
      const targetDigest = existing?.root.digest;
      if (target && existing && (await method.isCurrent({ source, target }, existing))) {
        const isCompleted = !dryRun && (await method.complete?.({ source, target }, existing));
        return outcome(isCompleted ? 'done' : 'unchanged', { targetDigest });
      }
      const root = await session.read(source);
      const images = imagesOf(root);
      const now = Date.now();
      const made = newestTime(images.map(({ config }) => config.value));
      const appeared = settings.minAge && (await seen?.look(job.source, source.root.digest, now));
      const published = Math.max(made ?? -Infinity, appeared ?? -Infinity);
      const problem = judgeAge(settings, published, now);
      if (problem) return outcome(problem.status, { ...problem, targetDigest });
      const backup = existing && backupOf(job, existing.root.digest);
      const replaced = existing && { replaced: { digest: existing.root.digest, backup } };
      if (dryRun || !target)
        return outcome('done', { ...replaced, sourceSize: sum(images.map(compressedSizeOf)) });
      if (existing && backup !== undefined) await target.keepAs(existing.root, backup);
      const { digest, ...sizes } = await method.apply({ source, target }, root);
      if (digest === targetDigest) return outcome('unchanged', { targetDigest });
      return outcome('done', { ...replaced, targetDigest: digest, ...sizes });
    });
  });
};

/** The tag that keeps what a job overwrites, where it asks for one, and the target keeps tags. Throws `usage`. */
const backupOf = (
  { target, settings: { backup } }: MirrorJob,
  digest: Digest,
): string | undefined => {
  const tag = placeOf(target)?.tag;
  if (backup === undefined || tag === undefined) return undefined;
  return backupTag(backup, { tag, digest });
};

/** Whether the folder is there that a layout or an archive lies in: it is made, but not in dry runs. */
const isFolderReady = async (
  target: string,
  { dryRun }: { readonly dryRun: boolean },
): Promise<boolean> => {
  const reference = parseReference(target);
  if (!('path' in reference)) return true;
  const folder = dirname(resolve(reference.path));
  return withIoErrors(`folder ${folder}`, async () => {
    if (!dryRun) await mkdir(folder, { recursive: true });
    return (await unlessMissing(stat(folder))) !== undefined;
  });
};
