import type { DeletedImage, DeleteOptions, DeleteResult } from '../api/repository.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { shortDigest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { TaggedPlace, TagUses } from '../transport/tagged-place.ts';
import { listTags } from './list-tags.ts';
import { withSession } from './session.ts';
import { openTargetPlace } from './target-places.ts';

/**
 * Deletes tags, and images by digest. Everything is looked at before anything is deleted: an image with other tags is
 * refused unless `allTags` lets these go, and one that an index lists always. What registries then refuse is told for
 * each; see `status`.
 */
export const deleteImages = (options: DeleteOptions): Promise<DeleteResult> =>
  withSession(options, async (session) => {
    const { dryRun = false, allTags = false, network } = options;
    if (options.images.length === 0) throw new ReslimError('usage', 'no image is named');
    const asked: Asked[] = [];
    for (const name of options.images) asked.push(readAsked(name, await session.resolve(name)));
    session.onEvent({ type: 'stage', stage: 'open' });
    const plans: Plan[] = [];
    for (const [, group] of groupBy(asked, ({ place }) => formatReference(place))) {
      const [{ place }] = group as [Asked];
      const opened = openTargetPlace(place, { session, network }, { removes: !dryRun });
      plans.push(
        await withOrigin('target', () => planDeletion(group, opened, { allTags, dryRun })),
      );
    }
    const images: DeletedImage[] = [];
    for (const plan of plans)
      images.push(...(dryRun ? plan.planned : await withOrigin('target', () => carryOut(plan))));
    return { dryRun, images };
  });

/** What a user named: a tag, an image by digest, or a tag that must stand for a digest. */
interface Asked {
  readonly name: string;
  /** Without tag and digest. */
  readonly place: Reference;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

const readAsked = (name: string, reference: Reference): Asked => {
  if (reference.kind === 'oci' || reference.kind === 'registry') {
    const { tag, digest } = reference.kind === 'oci' ? reference : reference.image;
    const place: Reference =
      reference.kind === 'oci'
        ? { kind: 'oci', path: reference.path }
        : {
            kind: 'registry',
            image: {
              registry: reference.image.registry,
              repository: reference.image.repository,
            },
          };
    if (tag !== undefined || digest !== undefined) return { name, place, tag, digest };
    throw new ReslimError('usage', `neither a tag nor a digest is named: ${name}`, {
      hint: 'write REPOSITORY:TAG or REPOSITORY@sha256:…',
    });
  }
  throw new ReslimError('usage', `only registries and layouts are deleted from: ${name}`, {
    hint: 'docker rmi and podman rmi delete images of engines; rm deletes archives',
  });
};

/** What goes from one place. */
interface Plan {
  readonly opened: TaggedPlace;
  readonly tags: readonly string[];
  readonly digests: readonly Digest[];
  readonly staying: readonly string[];
  /** All of it, as it is told. */
  readonly planned: readonly DeletedImage[];
}

interface PlanOptions {
  readonly allTags: boolean;
  readonly dryRun: boolean;
}

const planDeletion = async (
  asked: readonly Asked[],
  opened: TaggedPlace,
  { allTags, dryRun }: PlanOptions,
): Promise<Plan> => {
  const all = (await listTags(opened, 'target')).toSorted();
  const tags = new Map<string, Digest | undefined>();
  const digests = new Set<Digest>();
  const isLookedAt = allTags || dryRun || asked.some(({ digest }) => digest !== undefined);
  const uses = isLookedAt ? await opened.uses(all) : NO_USES;
  for (const { name, tag, digest } of asked) {
    if (tag === undefined) digests.add((await opened.resolve(digest as Digest)).digest);
    else {
      if (!all.includes(tag)) throw noSuchTag(name);
      const root = isLookedAt ? (await opened.resolve(tag)).digest : undefined;
      if (digest !== undefined && digest !== root) throw movedTag(name, root);
      tags.set(tag, root);
    }
  }
  if (allTags)
    for (const digest of [...tags.values(), ...digests])
      for (const tag of digest ? uses.tagsOf(digest) : []) tags.set(tag, digest);
  const staying = all.filter((tag) => !tags.has(tag));
  const others = (digest: Digest | undefined): readonly string[] =>
    digest ? uses.tagsOf(digest).filter((tag) => !tags.has(tag)) : [];
  for (const digest of digests) {
    const same = others(digest);
    if (same.length > 0) throw hasTags(digest, same, opened.name);
    const listing = uses.listedBy(digest).filter((tag) => !tags.has(tag));
    if (listing.length > 0) throw isListed(digest, listing, opened.name);
  }
  return {
    opened,
    tags: [...tags.keys()],
    digests: [...digests],
    staying,
    planned: [
      ...[...tags].map(([tag, digest]): DeletedImage => ({
        name: `${opened.name}:${tag}`,
        ...(digest && { digest }),
        sameImage: others(digest),
        status: 'done',
      })),
      ...[...digests].map((digest): DeletedImage => ({
        name: `${opened.name}@${digest}`,
        digest,
        sameImage: [],
        status: 'done',
      })),
    ],
  };
};

const NO_USES: TagUses = { tagsOf: () => [], listedBy: () => [] };

/** An image goes after its tags: where the registry deletes by digest, it is gone with the last of them. */
const carryOut = async (plan: Plan): Promise<readonly DeletedImage[]> => {
  const { opened, tags, digests, staying, planned } = plan;
  const failures = new Map<string, ReslimError>();
  const removed = tags.length === 0 ? [] : await opened.remove({ gone: tags, staying });
  for (const { tag, error } of removed) if (error) failures.set(`${opened.name}:${tag}`, error);
  for (const digest of digests) {
    try {
      await opened.removeImage(digest);
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
      if (error.code !== 'not-found' || tags.length === 0)
        failures.set(`${opened.name}@${digest}`, error);
    }
  }
  return planned.map((image) => {
    const error = failures.get(image.name);
    return error ? { ...image, status: 'failed', reason: error.message, hint: error.hint } : image;
  });
};

const noSuchTag = (name: string): ReslimError =>
  new ReslimError('not-found', `no such tag, ${name}`, {
    hint: 'reslim tags lists those of a repository',
    place: name,
  });

const movedTag = (name: string, digest: Digest | undefined): ReslimError =>
  new ReslimError('mismatch', `the tag stands for ${digest} now, ${name}`, { place: name });

const hasTags = (digest: Digest, tags: readonly string[], place: string): ReslimError =>
  new ReslimError(
    'usage',
    `${shortDigest(digest)} would take its tags away: ${tags.join(', ')}, ${place}`,
    { hint: '--all-tags lets them go as well', place },
  );

const isListed = (digest: Digest, tags: readonly string[], place: string): ReslimError =>
  new ReslimError(
    'usage',
    `${shortDigest(digest)} is in the index of ${tags.join(', ')}, which would be broken, ${place}`,
    { hint: 'reslim index remove takes it out; then delete it', place },
  );
