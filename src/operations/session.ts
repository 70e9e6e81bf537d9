import { mkdir, type FileHandle } from 'node:fs/promises';
import type { EventListener } from '../api/events.ts';
import type { WriteOptions } from '../api/options.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../base/limits.ts';
import { openScope, type Scope } from '../base/scope.ts';
import { openExpansionBudget, type ExpansionBudget } from '../layer/read/expansion-budget.ts';
import { openSpool } from '../layer/read/spool.ts';
import type { ImageNode } from '../oci/image.ts';
import type { Reference } from '../oci/reference.ts';
import { parsePlatform, type Platform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import type { Codec } from '../codec/codec.ts';
import type { Cache } from '../cache/cache.ts';
import { networkFor } from '../transport/network.ts';
import { readImage } from '../transport/read-image.ts';
import { resolveSource } from '../transport/resolve.ts';
import { openTemp, openTempWithin, type TempFolder } from '../transport/temp.ts';
import { openRuntime, partsOf } from './runtime.ts';
import { openPlaces, type Names, type OpenedPlaces, type PlaceNames } from './open-places.ts';

/** What all operations need while they run. Everything in it is closed when the operation ends. */
export interface Session {
  readonly limits: Limits;
  /** The one image of an index that is to be read; all of them if absent. */
  readonly platform: Platform | undefined;
  /** The images that are to be read as an index of their own. */
  readonly platforms: readonly Platform[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: EventListener;
  /** For the result, and the listener. The same note of several platforms is added once. */
  readonly addNote: (message: string) => void;
  readonly notes: readonly string[];
  /** How much all layers of the session together may unpack to. */
  readonly expansion: ExpansionBudget;
  /** What layers are compressed, decompressed and hashed with. */
  readonly codec: Codec;
  /** What earlier runs left. */
  readonly cache: Cache | undefined;
  /** Where there is no cache: layers that other sessions of this run have read. */
  readonly runLayers: Cache | undefined;
  readonly temp: TempFolder;
  /** Opens an empty private file; it is deleted when it is closed. */
  readonly newSpool: () => Promise<FileHandle>;
  /** Makes an empty folder in `temp`. */
  readonly newFolder: () => Promise<string>;
  /** Opens the images an operation reads and the places it writes to. */
  readonly open: <const S extends Names, const T extends readonly string[] = readonly []>(
    names: PlaceNames<S, T>,
  ) => Promise<OpenedPlaces<S, T>>;
  /** Finds what the name of a source refers to, without opening it. */
  readonly resolve: (name: string) => Promise<Reference>;
  /** Reads all documents of an image: its indexes, manifests and configs. */
  readonly read: (source: ImageSource) => Promise<ImageNode>;
  /** Closes a resource when the session ends. */
  readonly add: Scope['add'];
  /** Milliseconds since the session began. */
  readonly elapsed: () => number;
}

export interface SessionOptions extends WriteOptions {
  /** Of a longer session that this one is a part of. @default a folder of its own in the system's */
  readonly outerTemp?: TempFolder | undefined;
  /** What it has in common with the others of a run. */
  readonly runLayers?: Cache | undefined;
}

/**
 * Runs an operation in a session, and closes the session whatever happens. Rejects as the operation
 * does, with `usage` for a malformed platform, and with `io` where there is no room for temporary files.
 */
export const withSession = async <R>(
  options: SessionOptions,
  operation: (session: Session) => Promise<R>,
): Promise<R> => {
  const scope = openScope();
  try {
    return await operation(await openSession(options, scope));
  } finally {
    await scope.close();
  }
};

const openSession = async (options: SessionOptions, scope: Scope): Promise<Session> => {
  const started = performance.now();
  const chosen = chosenPlatforms(options);
  const { signal, onEvent = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { codec, cache } = partsOf(options.runtime ?? scope.add(await openRuntime()));
  const { outerTemp } = options;
  const temp = scope.add(outerTemp ? openTempWithin(outerTemp) : await openTemp());
  const notes: string[] = [];
  const addNote = (message: string): void => {
    if (notes.includes(message)) return;
    notes.push(message);
    onEvent({ type: 'note', message });
  };
  let spools = 0;
  let folders = 0;
  return {
    limits,
    ...chosen,
    signal,
    onEvent,
    notes,
    addNote,
    expansion: openExpansionBudget(limits),
    codec,
    cache,
    runLayers: cache ? undefined : options.runLayers,
    temp,
    newSpool: () => openSpool(temp.file(`layer-${spools++}`)),
    newFolder: async () => {
      const path = temp.file(`tools-${folders++}`);
      await mkdir(path, { mode: 0o700 });
      return path;
    },
    open: (names) => openPlaces(names, { ...options, onEvent, addNote, limits, temp, scope }),
    resolve: (name) =>
      withOrigin('source', () => resolveSource(name, networkFor(options.network, { signal }))),
    read: (source) => withOrigin('source', () => readImage(source, { ...chosen, limits, signal })),
    add: scope.add,
    elapsed: () => performance.now() - started,
  };
};

/** Throws `usage` for what is no platform, and for both options at once. */
const chosenPlatforms = ({
  platform,
  platforms = [],
}: WriteOptions): Pick<Session, 'platform' | 'platforms'> => {
  if (platform !== undefined && platforms.length > 0)
    throw new ReslimError('usage', 'platform and platforms cannot both be given', {
      hint: 'platform is one image, platforms an index of several',
    });
  return {
    platform: platform === undefined ? undefined : parsePlatform(platform),
    platforms: platforms.length === 0 ? undefined : platforms.map(parsePlatform),
  };
};
