import type { SlimOptions } from '../api/options.ts';
import { ReslimError } from '../base/errors.ts';
import { ArtifactWriter } from '../artifact/artifact-writer.ts';
import { CACHE_KEY, cacheKeyOf, NEW_KEY, type CacheKey } from '../artifact/cache-key.ts';
import { openImageKnowledge, type ImageKnowledge } from '../artifact/image-knowledge.ts';
import {
  isAbort,
  openArtifact,
  readCacheManifest,
  type CacheArtifact,
} from '../artifact/open-artifact.ts';
import { openSecretNames } from '../cache/secret-names.ts';
import type { ContentsRecorder } from '../artifact/contents-recorder.ts';
import { nameOf } from '../artifact/table.ts';
import type { Recipe } from '../oci/made-from.ts';
import { compressionOf } from '../oci/media-type.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import type { KnownLayers } from '../write/known-layers.ts';
import type { KnownTars } from '../write/known-tars.ts';
import type { WrittenLayer } from '../write/write-layer.ts';
import type { CachePlace } from './cache-places.ts';
import { storageOf } from './known-layers.ts';
import type { Session } from './session.ts';

/** What runs share in a registry or a layout: what others have left there, and what this one will leave. */
export interface SharedCache {
  /** Whether this run leaves something. */
  readonly isKept: boolean;
  /** What is known of the layers of one image. */
  readonly openImage: () => ImageKnowledge;
  /** The same tars, and those that other runs have made. */
  readonly tars: (own: KnownTars | undefined) => KnownTars;
  /** Layers that other runs have written, where the target has them still. */
  readonly layers: KnownLayers | undefined;
  /** Keeps what was found out about an image whose layers are open, and which layers were written. */
  readonly keep: (knowledge: ImageKnowledge, written: readonly WrittenLayer[]) => Promise<void>;
  /** Makes what was kept visible. */
  readonly commit: () => Promise<void>;
}

/** Names of places, in the order of `SharedPlaces`. */
export const cacheNames = ({
  cacheFrom = [],
  cacheTo,
}: Pick<SlimOptions, 'cacheFrom' | 'cacheTo'>): readonly string[] => [
  ...cacheFrom,
  ...(cacheTo === undefined ? [] : [cacheTo]),
];

/**
 * The key that caches are signed with; `undefined` where there are none. An empty one, as builds of forks have it in place
 * of a secret, means none. Throws `usage` where there is no key, so that nothing could be believed.
 */
export const readCacheKey = (
  options: SlimOptions,
  { addNote }: Pick<Session, 'addNote'>,
): CacheKey | undefined => {
  if (cacheNames(options).length === 0) return undefined;
  const secret = (options.network?.env ?? process.env)[CACHE_KEY]?.trim();
  const option = options.cacheTo === undefined ? '--cache-from' : '--cache-to';
  if (secret === undefined) {
    throw new ReslimError('usage', `${option} needs a key in the environment, ${CACHE_KEY}`, {
      hint: `nothing in a cache is believed that was not signed with it; ${NEW_KEY}`,
    });
  }
  if (secret !== '') return cacheKeyOf(secret);
  addNote(`no cache is used: ${CACHE_KEY} is empty`);
  return undefined;
};

export interface SharedCacheOptions {
  readonly options: SlimOptions;
  readonly session: Session;
  readonly key: CacheKey;
  readonly places: readonly CachePlace[];
  readonly recipe: Recipe;
}

/** Opens the caches of a run. One that cannot be used, or that would replace an image, is noted. Rejects with `aborted` alone. */
export const openSharedCache = async (run: SharedCacheOptions): Promise<SharedCache> => {
  const { options, session, places, recipe } = run;
  const { addNote } = session;
  const to = options.cacheTo === undefined || options.dryRun ? undefined : places.at(-1);
  const from = places.slice(0, options.cacheFrom?.length ?? 0);
  const artifacts: CacheArtifact[] = [];
  for (const place of from) {
    const opened = await openFrom(place, run);
    if (opened) artifacts.push(opened);
  }
  let writer = to && (await openTo(to, run));
  const storage = storageOf(recipe.text);
  const nameBlock = session.cache?.nameOf ?? openSecretNames();
  /** Work for the next run: this one does not fail because of it. */
  const attempt = async (work: (open: ArtifactWriter) => Promise<void>): Promise<void> => {
    if (!writer) return;
    try {
      await work(writer);
    } catch (error) {
      if (isAbort(error)) throw error;
      addNote(`the cache ${to?.name} is not written: ${messageOf(error)}`);
      writer = undefined;
    }
  };
  const damaged = new Set<CacheArtifact>();
  const onDamage = (artifact: CacheArtifact, error: unknown): void => {
    if (!damaged.has(artifact))
      addNote(`the cache ${artifact.source.name} is damaged: ${messageOf(error)}`);
    damaged.add(artifact);
  };
  return {
    isKept: writer !== undefined,
    openImage: () =>
      openImageKnowledge({
        ...session,
        artifacts,
        isKept: writer !== undefined,
        onDamage,
        nameOf: nameBlock,
      }),
    tars: (own) => ({
      find: async (name) => {
        const tar = (await own?.find(name)) ?? findTar(artifacts, name);
        if (tar) writer?.addTar(name, tar);
        return tar;
      },
      keep: async (name, tar) => {
        writer?.addTar(name, tar);
        await own?.keep(name, tar);
      },
    }),
    layers: knownLayers(artifacts, storage),
    keep: (knowledge, written) =>
      attempt(async (open) => {
        for (const [at, layer] of written.entries())
          await keepLayer(layer, { open, storage, artifacts, recorder: knowledge.recorderOf(at) });
        await knowledge.keep(open);
      }),
    commit: () =>
      attempt(async (open) => {
        if (await open.commit()) return;
        throw new Error('there is too much for one cache');
      }),
  };
};

const openFrom = async (
  place: CachePlace,
  { session, key }: SharedCacheOptions,
): Promise<CacheArtifact | undefined> => {
  const { limits, signal, addNote } = session;
  const unused = (why: string): undefined => {
    addNote(`the cache ${place.name} is not used: ${why}`);
  };
  const existing = await existingAt(place, unused);
  // The first run finds none.
  if (!existing) return undefined;
  const opened = await openArtifact(session.add(existing), { key, limits, signal });
  return 'why' in opened ? unused(opened.why) : opened;
};

const openTo = async (
  place: CachePlace,
  { session, key }: SharedCacheOptions,
): Promise<ArtifactWriter | undefined> => {
  const { limits, signal, addNote } = session;
  const unwritten = (why: string): undefined => {
    addNote(`the cache ${place.name} is not written: ${why}`);
  };
  const existing = await existingAt(place, unwritten);
  try {
    if (existing && !(await readCacheManifest(session.add(existing), { limits, signal })))
      return unwritten('there is something else, which it would replace');
    return new ArtifactWriter({ target: session.add(await place.openTarget()), key, signal });
  } catch (error) {
    if (isAbort(error)) throw error;
    return unwritten(messageOf(error));
  }
};

const existingAt = async (
  place: CachePlace,
  onFailure: (why: string) => undefined,
): Promise<ExistingImage | undefined> => {
  try {
    return await place.openExisting();
  } catch (error) {
    if (isAbort(error)) throw error;
    return onFailure(messageOf(error));
  }
};

const findTar = (artifacts: readonly CacheArtifact[], name: string) => {
  for (const { table } of artifacts) {
    const tar = table.tars.get(nameOf(name));
    if (tar) return tar;
  }
  return undefined;
};

/** Layers that the target has from other tags. A cache does not hold them: it only says what they are. */
const knownLayers = (
  artifacts: readonly CacheArtifact[],
  storage: string,
): KnownLayers | undefined => {
  const [first] = artifacts;
  const layers = artifacts
    .flatMap(({ table }) => table.layers)
    .filter((layer) => layer.storage === storage);
  if (!first || layers.length === 0) return undefined;
  return {
    source: first.source,
    has: async () => false,
    find: (diffId, compression) =>
      layers.find((layer) => layer.diffId === diffId && layer.compression === compression)?.blob,
  };
};

interface KeepLayerOptions {
  readonly open: ArtifactWriter;
  readonly storage: string;
  readonly artifacts: readonly CacheArtifact[];
  readonly recorder: ContentsRecorder | undefined;
}

/**
 * Keeps a layer that this run vouches for: that it made, or that a run with the key did. What it took from an image of the
 * target is not kept: nobody has looked into that.
 */
const keepLayer = async (
  { descriptor, diffId, from, carried, reused, annotations }: WrittenLayer,
  { open, storage, artifacts, recorder }: KeepLayerOptions,
): Promise<void> => {
  if (carried) return;
  const { mediaType, digest, size } = descriptor;
  const blob = { mediaType, digest, size, ...(annotations && { annotations }) };
  const layer = { diffId, compression: compressionOf(mediaType), storage, blob };
  // One that is made of one layer is made again only where that has changed: then nothing of it is wanted.
  const contents = from === undefined ? recorder?.contents() : undefined;
  if (!reused) return open.addLayer(layer, contents);
  for (const { table, source } of artifacts) {
    const signed = table.layers.find(
      (each) => each.diffId === diffId && each.blob.digest === digest,
    );
    if (signed) return open.copyLayer({ ...layer, contents: signed.contents }, source);
  }
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
