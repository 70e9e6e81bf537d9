import { resolve } from 'node:path';
import type { RunOptions } from '../api/options.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Scope } from '../base/scope.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { familiarImageName, formatImageName, tryImageName } from '../oci/image-name.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import { networkFor, type Network } from '../transport/network.ts';
import { openBeside, requireReferrerSupport } from '../transport/open-beside.ts';
import {
  openExisting,
  type ExistingImage,
  type OpenExistingOptions,
} from '../transport/open-existing.ts';
import { openSource } from '../transport/open-source.ts';
import { openTarget } from '../transport/open-target.ts';
import type { OpenedSource } from '../transport/opened-source.ts';
import { tagExisting } from '../transport/tag-existing.ts';
import { checkTag } from '../transport/names-beside.ts';
import { cachePlace, refuseCacheAt, resolveCaches, type CachePlace } from './cache-places.ts';
import { refuseSelf, refuseSelfBeside } from '../transport/refuse-self.ts';
import { resolveSource, resolveTarget } from '../transport/resolve.ts';
import { isUnnamedPipe, slimNames } from '../transport/slim-names.ts';
import type { TempFolder } from '../transport/temp.ts';
import { sourceWithOrigin, targetWithOrigin } from './error-origins.ts';

/** Names as users write them. What a bare name of a target means depends on the first source. */
export interface PlaceNames<S extends Names, T extends readonly string[]> {
  readonly sources: S;
  readonly targets?: T | undefined;
  /** Whether referrers will be stored beside the image at each target. @default false */
  readonly referrers?: boolean | undefined;
  /** Whether an archive on standard output that was given no name gets other names than the source. @default false */
  readonly renames?: boolean | undefined;
  /**
   * Whether the image is made of all sources, whose blobs are mounted then: a new one, which has no names of the first, or the
   * first with more in it. @default it is made of the first
   */
  readonly combines?: 'anew' | 'into-first' | undefined;
  /** Whether a target may replace the first source. @default it may, since its bytes stay as they are */
  readonly inPlace?: boolean | undefined;
  /** The tag of a second image at each target, which must not be the first source. @default there is none */
  readonly beside?: string | undefined;
  /** Caches, each in a registry or a layout. @default there are none */
  readonly caches?: readonly string[] | undefined;
}

export type Names = readonly [string, ...string[]];

/** One for each name. */
export interface OpenedPlaces<S extends Names, T extends readonly string[]> {
  readonly sources: { readonly [K in keyof S]: SessionSource };
  readonly targets: { readonly [K in keyof T]: SessionTarget };
  /** Resolved, and not opened yet. */
  readonly caches: readonly CachePlace[];
}

/** An image that is read. Its errors have the origin `source`. */
export interface SessionSource extends OpenedSource {
  readonly reference: Reference;
}

/** A place that is written to. Its errors have the origin `target`. */
export interface SessionTarget extends ImageTarget {
  readonly reference: Reference;
  /** The same for targets that keep their blobs together: tags of a repository, or of a layout. */
  readonly place: string;
  /** Opens the same place for something that belongs to the image, such as a referrer. */
  readonly openBeside: (name: NameBeside) => Promise<ImageTarget>;
  /** Gives the image that is there now a further tag. */
  readonly keepAs: (image: Descriptor, tag: string) => Promise<void>;
  /** Opens the image that is there now, if layouts or registries have one of the target's name, or archives on request. */
  readonly openExisting: (
    options?: Pick<OpenExistingOptions, 'archives'>,
  ) => Promise<ExistingImage | undefined>;
}

export type NameBeside = { readonly digest: Digest } | { readonly tag: string };

export interface OpenPlacesOptions extends Pick<RunOptions, 'network' | 'onEvent' | 'signal'> {
  readonly limits: Limits;
  readonly temp: TempFolder;
  readonly addNote: (message: string) => void;
  /** Closes what is opened. */
  readonly scope: Scope;
}

/**
 * Resolves all names, then opens the sources, then the targets. Nothing is opened before all registries
 * are known: a password in the environment is sent to one of them only.
 */
export const openPlaces = async <S extends Names, T extends readonly string[]>(
  names: PlaceNames<S, T>,
  options: OpenPlacesOptions,
): Promise<OpenedPlaces<S, T>> => {
  const { signal, onEvent, scope, addNote } = options;
  onEvent?.({ type: 'stage', stage: 'open' });
  const [from, to, cached] = await resolveAll(names, networkFor(options.network, { signal }));
  for (const [at, reference] of to.entries())
    if (isPushed(reference, names.targets?.[at], from[0])) addNote(pushNote(reference));
  if (names.referrers) for (const reference of to) requireReferrerSupport(reference);
  const network = networkFor(options.network, {
    places: [...from, ...to, ...cached],
    onEvent,
    signal,
  });
  const sources: SessionSource[] = [];
  for (const [at, reference] of from.entries())
    sources.push(scope.add(await openFrom(reference, names.sources[at], { ...options, network })));
  const targets: SessionTarget[] = [];
  const [source] = sources as [SessionSource];
  const newNames = names.renames ? slimNames(source.names) : [];
  const { inPlace, combines, beside } = names;
  const origins = combines ? from : from.slice(0, 1);
  if (inPlace !== undefined)
    for (const reference of to)
      await withOrigin('target', () => refuseSelf(reference, source, inPlace));
  if (beside !== undefined) {
    checkTag(beside);
    for (const reference of to)
      await withOrigin('target', () => refuseSelfBeside(reference, beside, source));
  }
  for (const reference of to) {
    const isRenamed = newNames.length > 0 && isUnnamedPipe(reference);
    if (isRenamed) addNote(renameNote(newNames));
    const named = isRenamed || combines === 'anew' ? { ...source, names: newNames } : source;
    targets.push(
      scope.add(await openTo(reference, named, { ...options, inPlace, beside, network, origins })),
    );
  }
  const { limits, temp } = options;
  const caching = { limits, temp, signal, network, origins: [...cached, ...to] };
  const caches = cached.map((reference) => cachePlace(reference, caching));
  return { sources, targets, caches } as unknown as OpenedPlaces<S, T>;
};

const resolveAll = async (
  { sources: [first, ...others], targets = [], caches = [] }: PlaceNames<Names, readonly string[]>,
  network: Network,
): Promise<[from: Reference[], to: Reference[], caches: Reference[]]> => {
  const find = (name: string) => withOrigin('source', () => resolveSource(name, network));
  const source = await find(first);
  const from = [source];
  for (const name of others) from.push(await find(name));
  const to: Reference[] = [];
  for (const name of targets)
    to.push(await withOrigin('target', () => resolveTarget(name, source, network)));
  refuseRepeated(to);
  const cached = await resolveCaches(caches, source, network);
  refuseCacheAt(cached, [...from, ...to]);
  return [from, to, cached];
};

/** Whether the name alone makes it a push: `docker tag` takes the same name for one in the engine. */
const isPushed = (
  target: Reference,
  name: string | undefined,
  source: Reference | undefined,
): target is Extract<Reference, { readonly kind: 'registry' }> =>
  target.kind === 'registry' && source?.kind === 'docker-daemon' && !name?.startsWith('docker:');

const pushNote = ({ image }: Extract<Reference, { readonly kind: 'registry' }>): string =>
  `${formatImageName(image)} is pushed to the registry ${image.registry}; docker-daemon:${formatImageName(image)} would be a tag in the engine`;

const renameNote = (names: SessionSource['names']): string => {
  const spelled = names.map(({ imageName, refName }) => imageName ?? refName ?? '');
  const shown = [...new Set(spelled)].map((name) => {
    const image = name.includes('/') ? tryImageName(name) : undefined;
    return image ? familiarImageName(image) : name;
  });
  return `the image in the archive is called ${shown.join(', ')}, so that the original keeps its name; -o -:NAME gives it another`;
};

const refuseRepeated = (targets: readonly Reference[]): void => {
  const names = targets.map(formatReference);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated === undefined) return;
  throw new ReslimError('usage', `a target is named twice: ${repeated}`, { place: repeated });
};

interface OpenOptions extends Omit<OpenPlacesOptions, 'network'> {
  readonly network: Network;
}

interface OpenToOptions extends OpenOptions {
  readonly inPlace: boolean | undefined;
  readonly beside: string | undefined;
  /** Where blobs may be mounted from. */
  readonly origins: readonly Reference[];
}

const openFrom = async (
  reference: Reference,
  asked: string | undefined,
  { limits, temp, signal, onEvent, network }: OpenOptions,
): Promise<SessionSource> => {
  let done = 0;
  const onBytes = (count: number): void => {
    done += count;
    onEvent?.({ type: 'progress', stage: 'open', done, total: 0 });
  };
  const options = { limits, temp, signal, network, asked, onBytes };
  const source = await withOrigin('source', () => openSource(reference, options));
  return { ...sourceWithOrigin(source), reference };
};

const placeOf = (reference: Reference): string => {
  if (reference.kind === 'oci') return resolve(reference.path);
  if (reference.kind !== 'registry') return formatReference(reference);
  const { registry, repository } = reference.image;
  return `${registry}/${repository}`;
};

const openTo = async (
  reference: Reference,
  source: SessionSource | undefined,
  { limits, temp, signal, network, inPlace, beside, origins }: OpenToOptions,
): Promise<SessionTarget> => {
  const options = { limits, temp, signal, network };
  const open = () => openTarget(reference, { ...options, source, from: origins, inPlace, beside });
  return {
    ...targetWithOrigin(await withOrigin('target', open)),
    reference,
    place: placeOf(reference),
    openExisting: async ({ archives } = {}) => {
      const names = source?.names ?? [];
      const existing = await withOrigin('target', () =>
        openExisting(reference, { ...options, names, archives }),
      );
      return existing && { ...sourceWithOrigin(existing, 'target'), has: existing.has };
    },
    keepAs: (image, tag) => withOrigin('target', () => tagExisting(reference, image, tag, options)),
    openBeside: async (name) =>
      targetWithOrigin(await withOrigin('target', () => openBeside(reference, name, options))),
  };
};
