import { ReslimError } from '../base/errors.ts';
import { isDigest, quote } from '../oci/digest.ts';
import { isFullImageName, tryImageName, type ImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import { openEngine } from './engine/engine-client.ts';
import { findEngineImage } from './engine/find-image.ts';
import type { Network } from './network.ts';

/**
 * Finds an image by a bare name: in the registry that the name spells out, otherwise in the engine if one is
 * running and has it, otherwise on Docker Hub. `undefined` for text that is no image name. An image id
 * is one of an engine.
 */
export const resolveImage = async (
  text: string,
  network: Network,
): Promise<Reference | undefined> => {
  if (isDigest(text)) return { kind: 'docker-daemon', image: { id: text } };
  const image = tryImageName(text);
  if (!image) return undefined;
  if (isFullImageName(text) || image.registry !== 'docker.io') return { kind: 'registry', image };
  const local = image.digest === undefined ? await findLocal(image, network) : undefined;
  return local ?? { kind: 'registry', image };
};

/** `undefined` without an engine, or with one that may not be used. */
const findLocal = async (image: ImageName, network: Network): Promise<Reference | undefined> => {
  try {
    return await findInEngine(image, network);
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
    return undefined;
  }
};

const findInEngine = async (image: ImageName, network: Network): Promise<Reference> => {
  const engine = await openEngine(network.engine);
  try {
    return { kind: 'docker-daemon', image: (await findEngineImage(engine, image)).image };
  } finally {
    await engine.close();
  }
};

/** A hint that lists where else a bare name was looked for before Docker Hub. */
export const describeTried = async (text: string, network: Network): Promise<string> => {
  const start = `${quote(text)} is no layout and no archive here`;
  const image = tryImageName(text);
  if (!image || isFullImageName(text) || image.digest !== undefined) return start;
  try {
    await findInEngine(image, network);
    return start;
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
    return `${start}, and the engine has none (${error.message}), so Docker Hub was asked`;
  }
};
