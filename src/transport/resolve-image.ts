import { ReslimError } from '../base/errors.ts';
import { isDigest, quote } from '../oci/digest.ts';
import { isFullImageName, tryImageName, type ImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import type { Network } from './network.ts';

/**
 * Where an image is that was named without saying where: in the registry it spells out, else in the
 * engine if one runs and has it, else on Docker Hub. `undefined` for what is no image name. An image
 * id can only be one of an engine.
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

/** No engine, or one that may not be used, means that the image is not there. */
const findLocal = async (image: ImageName, network: Network): Promise<Reference | undefined> => {
  try {
    return await findInEngine(image, network);
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
    return undefined;
  }
};

const findInEngine = async (image: ImageName, network: Network): Promise<Reference> => {
  const { openEngine } = await import('./engine/engine-client.ts');
  const { findEngineImage } = await import('./engine/find-image.ts');
  const engine = await openEngine(network.engine);
  try {
    return { kind: 'docker-daemon', image: (await findEngineImage(engine, image)).image };
  } finally {
    await engine.close();
  }
};

/** Why an image was looked for on Docker Hub, for the error when it is not there either. */
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
