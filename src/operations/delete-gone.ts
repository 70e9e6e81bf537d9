import type { DeletedTag, FailedEntry } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { goneTags, type Delivery } from '../mirror/gone-tags.ts';
import { entryName } from '../mirror/entry-job.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { RemovedTag } from '../transport/tagged-place.ts';
import { listTags } from './list-tags.ts';
import { openTargetPlace, type TargetPlacesOptions } from './target-places.ts';

/** What an entry brings to a place, and which place that is. */
export interface PlannedDelivery extends Delivery {
  readonly place: Reference;
}

export interface DeleteGoneOptions extends TargetPlacesOptions {
  readonly dryRun: boolean;
}

/** What became of tags that sources have no longer. */
export interface Deletions {
  readonly deleted: readonly DeletedTag[];
  /** Entries with more of them than they allow, and those whose targets cannot be listed. */
  readonly failedEntries: readonly FailedEntry[];
}

/** Deletes tags that the sources have no longer, where all entries for a place ask for it: see `goneTags`. */
export const deleteGone = async (
  deliveries: readonly PlannedDelivery[],
  options: DeleteGoneOptions,
): Promise<Deletions> => {
  const deleted: DeletedTag[] = [];
  const failedEntries: FailedEntry[] = [];
  for (const [, group] of groupBy(deliveries, ({ place }) => formatReference(place))) {
    const asking = group.find(({ entry }) => typeof entry.gone === 'object');
    if (!asking) continue;
    const entry = entryName(asking.entry);
    try {
      deleted.push(...(await deleteAt(asking.place, group, { ...options, entry })));
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
      failedEntries.push({ entry, reason: error.message, hint: error.hint });
    }
  }
  return { deleted, failedEntries };
};

const deleteAt = async (
  place: Reference,
  deliveries: readonly Delivery[],
  { entry, dryRun, ...options }: DeleteGoneOptions & { readonly entry: string },
): Promise<readonly DeletedTag[]> => {
  const opened = openTargetPlace(place, options, { removes: true });
  const tags = await listTags(opened, 'target');
  const gone = goneTags(tags, deliveries, opened.name);
  if (gone.length === 0) return [];
  const staying = tags.filter((tag) => !gone.includes(tag));
  const removed: readonly RemovedTag[] = dryRun
    ? gone.map((tag) => ({ tag }))
    : await opened.remove({ gone, staying });
  return removed.map(({ tag, error }) => ({
    entry,
    target: `${formatReference(place)}:${tag}`,
    ...(error ? { status: 'failed', reason: error.message, hint: error.hint } : { status: 'done' }),
  }));
};
