import type { EngineReference } from '../../oci/reference.ts';
import { openEngine, type EngineClient, type EngineOptions } from './engine-client.ts';
import { findEngines, noEngine } from './find-engines.ts';

/**
 * Opens the engine of a reference: where its image was found, or the first Podman, or the first engine. Rejects
 * with `not-found`.
 */
export const openEngineOf = async (
  { engine, host }: Pick<EngineReference, 'engine' | 'host'>,
  options: EngineOptions,
): Promise<EngineClient> => {
  const { chosen, others } = await findEngines(options);
  const places = [...(chosen ? [chosen] : []), ...others];
  if (host !== undefined)
    return openEngine(options, places.find((place) => place.host === host) ?? { host, from: host });
  if (engine !== 'podman') return openEngine(options, places[0]);
  for (const place of places) {
    const client = await openEngine(options, place).catch(() => undefined);
    if (client?.kind === engine) return client;
    await client?.close();
  }
  throw noEngine(engine);
};

/** What an engine turns out to be; `docker` where none answers. */
export const engineFor = async (
  reference: Pick<EngineReference, 'engine' | 'host'>,
  options: EngineOptions,
): Promise<EngineClient['kind']> => {
  const client = await openEngineOf(reference, options).catch(() => undefined);
  await client?.close();
  return client?.kind ?? 'docker';
};
