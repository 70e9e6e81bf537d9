import { isDigest, quote } from '../oci/digest.ts';
import { namesRegistry, tryImageName, type ImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import { locateInEngines, onlyOne } from './engine/locate-image.ts';
import type { Network } from './network.ts';

/**
 * Finds an image by a bare name: in the registry that the name spells out, otherwise in the engine that has it,
 * otherwise on Docker Hub. `undefined` for text that is no image name. An image id is one of an engine.
 * Rejects with `ambiguous` where several engines have the image.
 */
export const resolveImage = async (
  text: string,
  { engine }: Network,
): Promise<Reference | undefined> => {
  if (isDigest(text)) {
    const { found } = await locateInEngines({ id: text }, engine);
    return onlyOne(found, text) ?? { kind: 'docker-daemon', image: { id: text } };
  }
  const image = tryImageName(text);
  if (!image || !isLocal(text, image)) return image && { kind: 'registry', image };
  const { found } = await locateInEngines(image, engine);
  return onlyOne(found, text) ?? { kind: 'registry', image };
};

/** Whether an engine may have it; one that was pulled by its digest comes from where that was. */
const isLocal = (text: string, { digest }: ImageName): boolean =>
  !namesRegistry(text) && digest === undefined;

/** A hint that lists where else a bare name was looked for before its registry. */
export const describeTried = async (text: string, { engine }: Network): Promise<string> => {
  const start = `${quote(text)} is no layout and no archive here`;
  const image = tryImageName(text);
  if (!image || !isLocal(text, image)) return start;
  const { found, failures } = await locateInEngines(image, engine);
  if (found.length > 0) return start;
  const [first] = failures;
  const why = first ? `no engine has it (${first.message})` : 'no engine is running';
  const where = image.registry === 'docker.io' ? 'Docker Hub' : `the registry ${image.registry}`;
  return `${start}, and ${why}, so ${where} was asked`;
};
