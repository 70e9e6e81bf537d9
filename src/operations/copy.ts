import { copyReferrers } from './copy-referrers.ts';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { openExpansionBudget } from '../layer/read/expansion-budget.ts';
import { openSpool } from '../layer/read/spool.ts';
import { DEFAULT_LIMITS } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { ImageNode } from '../oci/image.ts';
import { parsePlatform } from '../oci/platform.ts';
import type { Reference } from '../oci/reference.ts';
import type { ImageSource } from '../oci/store.ts';
import { carryNode } from '../write/carry-node.ts';
import { rewriteNode } from '../write/rewrite-node.ts';
import { openScope } from '../base/scope.ts';
import type { CopyOptions } from '../api/options.ts';
import type { CopyResult } from '../api/results.ts';
import { networkFor } from '../transport/network.ts';
import { refuseWithoutRoom } from '../transport/open-beside.ts';
import { openSource } from '../transport/open-source.ts';
import { openTarget } from '../transport/open-target.ts';
import type { OpenedSource } from '../transport/opened-source.ts';
import { readImage } from '../transport/read-image.ts';
import { resolveSource, resolveTarget } from '../transport/resolve.ts';
import { openTemp } from '../transport/temp.ts';

/**
 * Copies an image with all its platforms from any place to any other. Its bytes, and so its digest,
 * stay as they are, unless layers are to be compressed in another way: on request, or because they
 * come from where layers lie plain. Rejects with a `ReslimError`; the target then is as it was.
 */
export const copy = async (options: CopyOptions): Promise<CopyResult> => {
  const started = performance.now();
  const { signal, onEvent = () => {}, referrers = false } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const scope = openScope();
  try {
    onEvent({ type: 'stage', stage: 'open' });
    const from = await resolveSource(options.source, networkFor(options.network, { signal }));
    const to = await resolveTarget(options.target, from);
    if (referrers) checkReferrers(options, to);
    const network = networkFor(options.network, { places: [from, to], onEvent, signal });
    const temp = scope.add(await openTemp());
    const open = { limits, temp, signal, network };
    const source = scope.add(await openSource(from, { ...open, asked: options.source }));
    const target = scope.add(await openTarget(to, { ...open, source, from }));
    return await inContext(source.name, target.name, async () => {
      const root = await readImage(source, { platform, limits, signal });
      const counted = countBytes(source, root, onEvent);
      onEvent({ type: 'stage', stage: 'write' });
      const notes: string[] = [];
      const bringing = { source: counted, target, signal };
      const compression = compressionFor(options, source, to);
      const expansion = openExpansionBudget(limits);
      let spools = 0;
      const written =
        compression === undefined
          ? await carryNode(root, bringing)
          : await rewriteNode(root, {
              ...bringing,
              onNote: (note) => notes.push(note),
              rewriteImage: async (image) => {
                const { recompressImage } = await import('./recompress-image.ts');
                return recompressImage(image, {
                  ...bringing,
                  compression,
                  level: options.compressionLevel,
                  limits,
                  expansion,
                  newSpool: () => openSpool(temp.file(`layer-${spools++}`)),
                });
              },
            });
      const count = referrers ? await copyReferrers(root, source, to, open) : 0;
      throwIfAborted(signal);
      onEvent({ type: 'stage', stage: 'commit' });
      await target.commit(written);
      return {
        source: { name: source.name, digest: source.root.digest },
        target: { name: target.name, digest: written.digest },
        changed: written.digest !== digestOf(root),
        referrers: count,
        notes,
        durationMs: performance.now() - started,
      };
    });
  } finally {
    await scope.close();
  }
};

/** What speaks of an image speaks of its digest, so layers cannot be compressed anew on the way. */
const checkReferrers = ({ compression, compressionLevel }: CopyOptions, to: Reference): void => {
  refuseWithoutRoom(to);
  if (compression === undefined && compressionLevel === undefined) return;
  throw new ReslimError('usage', 'referrers do not fit an image that is compressed anew', {
    hint: 'leave out --referrers, or --compression',
  });
};

/** `undefined` to leave all as it is. */
const compressionFor = (
  { compression, compressionLevel }: CopyOptions,
  source: OpenedSource,
  to: Reference,
): CopyOptions['compression'] => {
  if (compression !== undefined || compressionLevel !== undefined) return compression ?? 'keep';
  const isPlain = source.kind === 'docker-archive' || source.kind === 'docker-daemon';
  const staysPlain = to.kind === 'docker-archive' || to.kind === 'docker-daemon';
  return isPlain && !staysPlain && to.kind !== 'archive' ? 'gzip' : undefined;
};

/** Tells how many of the image's bytes were read. What the target has already is never read. */
const countBytes = (
  source: ImageSource,
  root: ImageNode,
  onEvent: NonNullable<CopyOptions['onEvent']>,
): ImageSource => {
  const total = sizeOf(root);
  let done = 0;
  return {
    ...source,
    open: async function* (descriptor, options) {
      for await (const chunk of source.open(descriptor, options)) {
        done += chunk.length;
        onEvent({ type: 'progress', stage: 'write', done, total: Math.max(total, done) });
        yield chunk;
      }
    },
  };
};

const sizeOf = (node: ImageNode): number => {
  if (node.kind === 'index') return node.children.reduce((sum, child) => sum + sizeOf(child), 0);
  const blobs: readonly Descriptor[] =
    node.kind === 'image' ? node.document.value.layers : node.blobs;
  return blobs.reduce((sum, { size }) => sum + size, 0);
};

const digestOf = (root: ImageNode): string =>
  root.kind === 'other' ? root.descriptor.digest : root.document.descriptor.digest;

/** Says from where to where, unless the failure names one of them itself. */
const inContext = async <T>(from: string, to: string, action: () => Promise<T>): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
    const { code, message, hint } = error;
    if (message.includes(from) || message.includes(to)) throw error;
    throw new ReslimError(code, `${message}, copying ${from} to ${to}`, { hint, cause: error });
  }
};
