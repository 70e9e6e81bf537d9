import { ReslimError } from '../../base/errors.ts';
import { familiarImageName, withDefaultTag } from '../../oci/image-name.ts';
import { formatReference, type EngineReference } from '../../oci/reference.ts';
import type { EngineAddress } from './context.ts';
import { openEngine, type EngineOptions } from './engine-client.ts';
import { findEngineImage } from './find-image.ts';
import { findEngines, noEngine } from './find-engines.ts';

/** An image of an engine: which one has it, and under which name. */
export interface LocatedImage {
  readonly reference: EngineReference;
  /** The address of the engine, for messages. */
  readonly from: string;
}

/** The engines that have an image, and the errors of those that do not, or do not answer. */
export interface Located {
  readonly found: readonly LocatedImage[];
  readonly failures: readonly ReslimError[];
}

/** Asks engines for an image: the one that the user chose, and where that has none, all others. */
export const locateInEngines = async (
  image: EngineReference['image'],
  options: EngineOptions,
): Promise<Located> => {
  const { chosen, others } = await findEngines(options);
  const first = await lookInto(chosen ? [chosen] : [], image, options);
  if (first.found.length > 0) return first;
  const { found, failures } = await lookInto(others, image, options);
  return { found, failures: [...first.failures, ...failures] };
};

/**
 * Finds the engine for a name with a prefix: `docker-daemon:` is the engine that the user chose, or else the first
 * that has the image; `podman:` is the first Podman that has it. Rejects with `not-found`, and as engines do.
 */
export const locatePrefixed = async (
  { image, engine }: EngineReference,
  options: EngineOptions,
): Promise<EngineReference> => {
  const { chosen, others } = await findEngines(options);
  const places =
    chosen && engine === undefined ? [chosen] : [...(chosen ? [chosen] : []), ...others];
  const { found, failures } = await lookInto(places, image, options);
  const first = found.find(({ reference }) => (engine ?? reference.engine) === reference.engine);
  if (first) return first.reference;
  throw failures.find(({ code }) => code !== 'not-found') ?? failures[0] ?? noEngine(engine);
};

/** Rejects with `ambiguous` where several engines have the image of a name without a prefix. */
export const onlyOne = (
  found: readonly LocatedImage[],
  text: string,
): EngineReference | undefined => {
  const [first] = found;
  if (found.length < 2) return first?.reference;
  const engines = found.map(({ reference, from }) => `${titleOf(reference)} (${from})`);
  const names = new Set(found.map(({ reference }) => shortName(reference)));
  throw new ReslimError('ambiguous', `${engines.join(' and ')} both have ${text}`, {
    hint:
      names.size === found.length
        ? `choose one: ${[...names].join(' or ')}`
        : 'choose one with DOCKER_HOST=unix://SOCKET',
  });
};

/** The name of an engine in messages. */
const titleOf = ({ engine }: Pick<EngineReference, 'engine'>): string =>
  engine === 'podman' ? 'Podman' : 'Docker';

const shortName = (reference: EngineReference): string =>
  formatReference(reference).replace(
    /:.*/s,
    `:${'id' in reference.image ? reference.image.id : familiarImageName(withDefaultTag(reference.image))}`,
  );

const lookInto = async (
  places: readonly EngineAddress[],
  image: EngineReference['image'],
  options: EngineOptions,
): Promise<Located> => {
  const failures: ReslimError[] = [];
  const found = await Promise.all(
    places.map(async (address) => {
      try {
        return [await lookAt(address, image, options)];
      } catch (error) {
        if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
        failures.push(error);
        return [];
      }
    }),
  );
  return { found: found.flat(), failures };
};

const lookAt = async (
  address: EngineAddress,
  image: EngineReference['image'],
  options: EngineOptions,
): Promise<LocatedImage> => {
  const client = await openEngine(options, address);
  try {
    const { image: named } = await findEngineImage(client, image);
    const { host, from } = address;
    const { kind: engine } = client;
    return { reference: { kind: 'docker-daemon', image: named, engine, host }, from };
  } finally {
    await client.close();
  }
};
