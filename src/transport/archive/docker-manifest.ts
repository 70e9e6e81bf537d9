import { ReslimError } from '../../base/errors.ts';
import { normaliseImageName, tryImageName } from '../../oci/image-name.ts';
import { asArray, asObject, asString, asStrings, parseDocument } from '../../oci/json.ts';
import { quote } from '../../oci/digest.ts';
import { listLabels } from '../index-lookup.ts';

/**
 * One element of the `manifest.json` that `docker save` writes.
 * @see
 * https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
 */
export interface DockerImage {
  /** Path of the config in the archive. */
  readonly config: string;
  /** Full image names, as the writer spelled them. */
  readonly repoTags: readonly string[];
  /** Paths of the layers, lowest first. */
  readonly layers: readonly string[];
}

export const readDockerManifest = (bytes: Uint8Array, where: string): readonly DockerImage[] => {
  // The document is a list; as a member of an object it goes through the same checks as the others.
  const wrapped = Buffer.concat([Buffer.from('{"images":'), bytes, Buffer.from('}')]);
  const { images: list } = parseDocument(wrapped, `manifest.json of ${where}`, [
    'Config',
    'RepoTags',
    'Layers',
  ]);
  return asArray(list, `manifest.json of ${where}`).map((item, at) => {
    const shown = `manifest.json[${at}] of ${where}`;
    const raw = asObject(item, shown);
    return {
      config: asString(raw['Config'], `Config of ${shown}`),
      repoTags: asStrings(raw['RepoTags'], `RepoTags of ${shown}`),
      layers: asStrings(raw['Layers'], `Layers of ${shown}`),
    };
  });
};

export interface DockerChoice {
  /** A tag or an image name, in any spelling. */
  readonly name?: string | undefined;
  /** From 0. */
  readonly position?: number | undefined;
}

/** The one image that is meant. Rejects with `not-found` or `ambiguous`, listing what is there. */
export const chooseDockerImage = (
  images: readonly DockerImage[],
  { name, position }: DockerChoice,
  where: string,
): DockerImage => {
  const hint = listDockerImages(images);
  if (position !== undefined) {
    const image = images[position];
    if (image) return image;
    throw new ReslimError('not-found', `no image @${position}, ${where}`, { hint });
  }
  if (name === undefined) {
    const [only, ...others] = images;
    if (only && others.length === 0) return only;
    throw only
      ? new ReslimError(
          'ambiguous',
          `${images.length} images and no name that selects one, ${where}`,
          {
            hint,
          },
        )
      : new ReslimError('not-found', `no image, ${where}`);
  }
  const wanted = normaliseImageName(name);
  const exact = images.filter(({ repoTags }) =>
    repoTags.some((tag) => normaliseImageName(tag) === wanted),
  );
  const fitting =
    exact.length > 0
      ? exact
      : images.filter(({ repoTags }) => repoTags.some((tag) => tryImageName(tag)?.tag === name));
  const [found, ...others] = fitting;
  if (found && others.length === 0) return found;
  throw found
    ? new ReslimError('ambiguous', `${fitting.length} images are named ${quote(name)}, ${where}`, {
        hint,
      })
    : new ReslimError('not-found', `no image is named ${quote(name)}, ${where}`, { hint });
};

const listDockerImages = (images: readonly DockerImage[]): string =>
  listLabels(images.map(({ repoTags }, at) => repoTags[0] ?? `@${at}`));
