import type { Image, ImageNode } from '../oci/image.ts';
import { parseJson } from '../oci/json.ts';
import type { EngineReference } from '../oci/reference.ts';
import type { EngineClient } from '../transport/engine/engine-client.ts';
import { untagImage } from '../transport/engine/engine-images.ts';
import { copyOpened } from './copy.ts';
import type { SessionSource, SessionTarget } from './open-places.ts';
import type { Session } from './session.ts';

/** An image or an index, and where it goes in the engine. */
export interface TriedImage {
  readonly root: ImageNode;
  readonly source: SessionSource;
  readonly target: SessionTarget;
  /** In the engine. */
  readonly name: string;
}

/** The engine that a target is in. */
export const engineOf = ({ reference }: SessionTarget): Pick<EngineReference, 'engine' | 'host'> =>
  reference.kind === 'docker-daemon' ? reference : {};

/** Loads an image into an engine for the time of `use`. Its name there is gone at the end. */
export const withLoaded = async <Result>(
  image: Image,
  { source, target, name }: TriedImage,
  { session, engine }: { readonly session: Session; readonly engine: EngineClient },
  use: (name: string) => Promise<Result>,
): Promise<Result> => {
  try {
    const options = { source: source.name, target: target.name };
    await copyOpened({ root: image, source, target, session, options });
    return await use(name);
  } finally {
    await untagImage(engine, name);
  }
};

/** Ports that an image exposes by TCP, in the order of its config. */
export const exposedPorts = ({ config, document }: Image): number[] => {
  const { config: runtime } = parseJson(config.bytes, `config of ${document.descriptor.digest}`);
  const ports = (runtime as { ExposedPorts?: object } | undefined)?.ExposedPorts ?? {};
  return Object.keys(ports).flatMap((name) => {
    const [, port] = /^(\d+)(?:\/tcp)?$/.exec(name) ?? [];
    return port === undefined ? [] : [Number(port)];
  });
};
