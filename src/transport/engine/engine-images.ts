import { ReslimError } from '../../base/errors.ts';
import { parseDigest, type Digest } from '../../oci/digest.ts';
import { readRuntime, type RuntimeConfig } from '../../oci/config.ts';
import { asArray, asObject, asString, asStrings, parseJson } from '../../oci/json.ts';
import { readPlatform, type Platform } from '../../oci/platform.ts';
import { readAnswer } from '../registry/http/read-answer.ts';
import type { EngineClient } from './engine-client.ts';

/** What an engine knows of an image. */
export interface EngineImage {
  /** Digest of the config, or of the manifest on a containerd image store. */
  readonly id: Digest;
  /** `name:tag` as the engine lists them. */
  readonly tags: readonly string[];
  readonly platform: Platform;
  /** Bytes of its layers, unpacked; 0 where the engine does not report it. */
  readonly size: number;
  readonly created?: string | undefined;
  readonly config: RuntimeConfig;
  /** The diffIds of its layers, base first. */
  readonly layers: readonly Digest[];
}

/** Looks an image up by name, tag or id. Rejects with `not-found`. */
export const inspectImage = async (engine: EngineClient, name: string): Promise<EngineImage> => {
  const where = `image ${name} of the engine`;
  const response = await engine.send({
    method: 'GET',
    path: `/images/${encodeName(name)}/json`,
    expect: [200, 404],
  });
  if (response.status === 404) {
    await response.discard();
    throw new ReslimError('not-found', `no such ${where}`, {
      hint: 'docker images lists what is there',
    });
  }
  const value = parseJson(await readAnswer(response, DOCUMENT_SIZE), where);
  const id = asString(value['Id'], `Id of ${where}`);
  return {
    // Podman's own API leaves the algorithm out.
    id: parseDigest(id.includes(':') ? id : `sha256:${id}`, `Id of ${where}`),
    tags: asStrings(value['RepoTags'], `RepoTags of ${where}`),
    platform: readPlatform(
      {
        os: value['Os'],
        architecture: value['Architecture'],
        ...(value['Variant'] ? { variant: value['Variant'] } : {}),
      },
      where,
    ),
    size: typeof value['Size'] === 'number' ? value['Size'] : 0,
    ...(typeof value['Created'] === 'string' && { created: value['Created'] }),
    config: readRuntime(value['Config'] ?? {}, `Config of ${where}`),
    layers: asStrings(asObject(value['RootFS'] ?? {}, `RootFS of ${where}`)['Layers'], where).map(
      (diffId) => parseDigest(diffId, `RootFS of ${where}`),
    ),
  };
};

/** One build step, as an engine reports it. */
export interface EngineStep {
  readonly createdBy: string;
  /** Bytes that it added, unpacked. */
  readonly size: number;
}

/** The build steps of an image, oldest first. */
export const imageHistory = async (
  engine: EngineClient,
  name: string,
): Promise<readonly EngineStep[]> => {
  const where = `history of image ${name} of the engine`;
  const path = `/images/${encodeName(name)}/history`;
  const response = await engine.send({ method: 'GET', path, expect: [200] });
  const answer = Buffer.from(await readAnswer(response, DOCUMENT_SIZE)).toString();
  const { steps } = parseJson(Buffer.from(`{"steps":${answer}}`), where);
  return asArray(steps ?? [], where)
    .map((step) => {
      const { CreatedBy: createdBy, Size: size } = asObject(step, where);
      return {
        createdBy: typeof createdBy === 'string' ? createdBy : '',
        size: typeof size === 'number' ? size : 0,
      };
    })
    .toReversed();
};

export interface SaveOptions {
  /** How much the engine has to pack before it answers, in bytes. */
  readonly size?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An image as the archive that `docker save` writes, streamed while the engine packs it. The name goes into
 * the archive's `RepoTags`; an id leaves them out.
 */
export const saveImage = async (
  engine: EngineClient,
  name: string,
  { size, signal }: SaveOptions = {},
): Promise<AsyncIterable<Uint8Array>> => {
  const response = await engine.send({
    method: 'GET',
    path: `/images/${encodeName(name)}/get`,
    expect: [200],
    stored: size,
    signal,
  });
  return response.body;
};

/** Gives a loaded image another name. `repository` is the whole name without its tag. */
export const tagImage = async (
  engine: EngineClient,
  name: string,
  { repository, tag }: { readonly repository: string; readonly tag: string },
): Promise<void> => {
  const query = { repo: repository, tag };
  const response = await engine.send({
    method: 'POST',
    path: `/images/${encodeName(name)}/tag`,
    query,
    expect: [200, 201],
  });
  await response.discard();
};

/** Removes a name of an image, and the image where that was its last one and nothing uses it. */
export const untagImage = async (engine: EngineClient, name: string): Promise<void> => {
  const path = `/images/${encodeName(name)}`;
  const response = await engine.send({ method: 'DELETE', path, expect: [200, 404, 409] });
  await response.discard();
};

/** What an engine runs images for. */
export const enginePlatform = async (engine: EngineClient): Promise<Platform> => {
  const response = await engine.send({ method: 'GET', path: '/version', expect: [200] });
  const version = parseJson(await readAnswer(response, DOCUMENT_SIZE), 'version of the engine');
  return readPlatform(
    { os: version['Os'], architecture: version['Arch'] },
    'version of the engine',
  );
};

const DOCUMENT_SIZE = 4 * 1024 * 1024;

/** Slashes stay: engines read the name as a path. */
const encodeName = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
