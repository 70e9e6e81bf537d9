import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCache } from '../cache/open-cache.ts';
import { referrersTo } from './copy-referrers.ts';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { openExpansionBudget } from '../layer/read/expansion-budget.ts';
import { openSpool } from '../layer/read/spool.ts';
import { DEFAULT_LIMITS, type Limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Image } from '../oci/image.ts';
import type { Reference } from '../oci/reference.ts';
import { formatPlatform, parsePlatform } from '../oci/platform.ts';
import type { PlanOptions } from '../plan/plan-slim.ts';
import { recipeOf } from '../options/recipe.ts';
import { carryNode } from '../write/carry-node.ts';
import { nowhere } from '../write/null-target.ts';
import { rewriteNode } from '../write/rewrite-node.ts';
import { loadRuleBook } from '../rules/load-rule-book.ts';
import { openScope } from '../base/scope.ts';
import { makeImage } from './make-image.ts';
import type { SlimOptions } from '../api/options.ts';
import type { ImageReport, SlimResult } from '../api/results.ts';
import { networkFor } from '../transport/network.ts';
import { openSource } from '../transport/open-source.ts';
import { refuseWithoutRoom } from '../transport/open-beside.ts';
import { openTarget } from '../transport/open-target.ts';
import type { OpenedSource } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';
import { resolveSource, resolveTarget } from '../transport/resolve.ts';
import { openTemp, type TempFolder } from '../transport/temp.ts';
import { openResultCache } from '../transform/result-cache.ts';
import { openTransformer } from '../transform/transformer.ts';

/**
 * Slims an image: reads it from `source`, drops what profiles name, writes the rest to `target`. With
 * several platforms all images are slimmed and the index follows. Rejects with a `ReslimError`; the
 * target then is as it was.
 *
 * The pipeline: 1 transport reads · 2 layers are indexed · 3 the tree is merged · 4 rules judge ·
 * 5 the plan decides · 6 rewrite writes · 1 transport commits · 7 report tells. Steps 2 to 6 are
 * `slimImage`, once for each platform.
 */
export const slim = async (options: SlimOptions): Promise<SlimResult> => {
  const started = performance.now();
  const { signal, onEvent = () => {}, dryRun = false } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const rules = await loadRuleBook(options);
  const scope = openScope();
  try {
    onEvent({ type: 'stage', stage: 'open' });
    const temp = scope.add(await openTemp());
    const newSpool = spoolsIn(temp);
    const newFolder = foldersIn(temp);
    const results = options.cache && openResultCache(join(options.cache.folder, 'binaries'));
    const transformer = scope.add(
      await openTransformer(options, { newFolder, newSpool, cache: results, signal }),
    );
    const from = await resolveSource(options.source, networkFor(options.network, { signal }));
    const to = dryRun ? undefined : await resolveTarget(targetOf(options), from);
    if (to && options.attest) refuseWithoutRoom(to);
    const network = networkFor(options.network, { places: [from, to], onEvent, signal });
    const open = { limits, temp, signal, network };
    const source = scope.add(await openSource(from, { ...open, asked: options.source }));
    const target = scope.add(to ? await openTarget(to, { ...open, source, from }) : nowhere);
    const root = await readImage(source, { platform, limits, signal });
    const cache = options.cache && (await openCache({ ...options.cache, openPartial: openTemp }));
    if (cache) scope.add(cache);

    const expansion = openExpansionBudget(limits);
    const images: ImageReport[] = [];
    const replaced = new Set<Digest>();
    const notes: string[] = [];
    const onNote = (message: string): void => {
      notes.push(message);
      onEvent({ type: 'note', message });
    };
    const shared = { source, target, dryRun, rules, transformer };
    const run = { ...shared, limits, expansion, newSpool, cache, onEvent, signal };
    const rewriteImage = async (image: Image): Promise<Descriptor> => {
      if (image.platform.os === 'windows') {
        onNote(
          `${formatPlatform(image.platform)} is carried as it is: reslim does not slim Windows layers`,
        );
        return carryNode(image, { source, target, signal });
      }
      const made = await makeImage(image, {
        ...run,
        plan: planOptions(options, source.kind, to?.kind),
        level: options.compressionLevel,
        recipe: recipeOf(options),
        explain: options.explain ?? [],
      });
      for (const note of made.notes) onNote(note);
      images.push(made.report);
      const before = image.document.descriptor;
      const after = made.written?.descriptor ?? before;
      if (after.digest !== before.digest) replaced.add(before.digest);
      return after;
    };
    const written = await rewriteNode(root, { source, target, signal, onNote, rewriteImage });

    if (images.length === 0) throw nothingToSlim(source.name);
    checkBudget(images, options.maxSize);
    throwIfAborted(signal);
    onEvent({ type: 'stage', stage: 'commit' });
    const changed = written.digest !== source.root.digest;
    if (changed) replaced.add(source.root.digest);
    if (to) for (const note of await leftBehind([...replaced], source, limits)) onNote(note);
    const result: SlimResult = {
      source: { name: source.name, digest: source.root.digest },
      ...(!dryRun && { target: { name: target.name, digest: written.digest } }),
      changed,
      images,
      notes,
      durationMs: performance.now() - started,
    };
    if (to && options.attest) {
      const { attest } = await import('./attest.ts');
      await attest({ result, options, root: written, from, place: to, open });
    }
    await target.commit(written);
    return { ...result, durationMs: performance.now() - started };
  } finally {
    await scope.close();
  }
};

/** Signatures of the source speak of its digests: they are never pointed at another image. */
const leftBehind = async (
  replaced: readonly Digest[],
  source: OpenedSource,
  limits: Limits,
): Promise<string[]> => {
  // Not to know of them is no reason to fail a run that is all but done.
  const found = await referrersTo(replaced, source, limits).catch(() => []);
  const count = found.length;
  if (count === 0) return [];
  const things = count === 1 ? '1 signature or attestation' : `${count} signatures or attestations`;
  return [`${things} of the source stay there: the new image has another digest`];
};

const spoolsIn = (temp: TempFolder) => {
  let count = 0;
  return () => openSpool(temp.file(`layer-${count++}`));
};

const foldersIn = (temp: TempFolder) => {
  let count = 0;
  return async (): Promise<string> => {
    const path = temp.file(`tools-${count++}`);
    await mkdir(path, { mode: 0o700 });
    return path;
  };
};

const targetOf = ({ target }: SlimOptions): string => {
  if (target !== undefined) return target;
  throw new ReslimError('usage', 'no target is named', {
    hint: 'add -o TARGET, or --dry-run to see what would go',
  });
};

const planOptions = (
  { squash, compression, compressionLevel, timestamp }: SlimOptions,
  from: Reference['kind'],
  to: Reference['kind'] | undefined,
): PlanOptions => ({
  squash: squash ?? 'all',
  compression: compression ?? 'keep',
  // `archive` as a target is an archive of the source's kind.
  plainAs: isPlain(from) && to !== undefined && !isPlain(to) && to !== 'archive' ? 'gzip' : 'none',
  recompress: compressionLevel !== undefined,
  timestamp,
});

/** Whether layers lie uncompressed there, whatever they were when they were built or pulled. */
const isPlain = (kind: Reference['kind']): boolean =>
  kind === 'docker-archive' || kind === 'docker-daemon';

/** A budget counts what users download: the stored layers of the largest image. */
const checkBudget = (images: readonly ImageReport[], maxSize: number | undefined): void => {
  for (const { platform, target } of images) {
    if (maxSize === undefined || target === undefined || target.compressedSize <= maxSize) continue;
    throw new ReslimError(
      'policy',
      `${target.compressedSize} bytes are over the budget of ${maxSize}, image for ${platform}`,
      {
        hint: 'see what is left with --dry-run, or try --level lean',
      },
    );
  }
};

const nothingToSlim = (name: string): ReslimError =>
  new ReslimError('unsupported', `no image with file system layers, ${name}`);
