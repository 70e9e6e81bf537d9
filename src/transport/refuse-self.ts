import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { familiarImageName, normaliseImageName, withDefaultTag } from '../oci/image-name.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { OpenedSource } from './opened-source.ts';

/** A source as it was named, and as it was found. */
export type NamedSource = Pick<OpenedSource, 'names'> & { readonly reference: Reference };

/**
 * Refuses a target under which the new image would replace its source. Rejects with `usage`, and with
 * `unsupported` for an archive that may hold other images: `inPlace` allows the others.
 */
export const refuseSelf = async (
  target: Reference,
  source: NamedSource,
  inPlace: boolean,
): Promise<void> => {
  refuseUntagged(target, source.reference);
  if (!(await isSelf(target, source))) return;
  const name = formatReference(target);
  if (inPlace) return refuseOtherImages(source.reference);
  throw new ReslimError('usage', `the new image would replace its source: ${name}`, {
    hint: `give it another name, e.g. ${otherName(target, source)}, or say --in-place`,
  });
};

/** Refuses a tag for a second image that would replace the source. Rejects with `usage`. */
export const refuseSelfBeside = async (
  target: Reference,
  tag: string,
  source: NamedSource,
): Promise<void> => {
  const beside = taggedAs(target, tag);
  if (!beside || !(await isSelf(beside, source))) return;
  const name = formatReference(beside);
  throw new ReslimError('usage', `the image beside the new one would replace the source: ${name}`, {
    hint: 'choose another tag for it',
    place: name,
  });
};

/** The place with another tag; `undefined` for archives, which are replaced as a whole. */
const taggedAs = (target: Reference, tag: string): Reference | undefined => {
  if (target.kind === 'oci') return { ...target, tag };
  if (target.kind === 'registry') return { ...target, image: { ...target.image, tag } };
  return target.kind === 'docker-daemon' && !('id' in target.image)
    ? { ...target, image: { ...target.image, tag } }
    : undefined;
};

/** Without a tag the name of another image is meant more often than `latest`. */
const refuseUntagged = (target: Reference, source: Reference): void => {
  if (target.kind !== 'registry' && target.kind !== 'docker-daemon') return;
  if (!('image' in source) || !source.image || target.kind !== source.kind) return;
  const [to, from] = [target.image, source.image];
  if ('id' in to || 'id' in from || to.tag !== undefined) return;
  if (from.tag === undefined || from.tag === 'latest') return;
  if (to.registry !== from.registry || to.repository !== from.repository) return;
  const name = familiarImageName(to);
  throw new ReslimError('usage', `the target is the source's own name and has no tag: ${name}`, {
    hint: `give the new image a tag, e.g. ${name}:${from.tag}-slim`,
  });
};

const isSelf = async (target: Reference, source: NamedSource): Promise<boolean> => {
  const { reference: from, names } = source;
  if ('path' in target) {
    if (!('path' in from) || target.path === '-') return false;
    if ((await realPath(target.path)) !== (await realPath(from.path))) return false;
    if (target.kind !== 'oci' || target.tag === undefined) return true;
    // Another tag for the same image, where the source was named by its own.
    if (from.kind === 'oci' && from.tag !== undefined) return from.tag === target.tag;
    return names.some(({ refName }) => refName === target.tag);
  }
  if (!('image' in target) || target.kind !== from.kind || 'id' in target.image) return false;
  if (
    target.kind === 'docker-daemon' &&
    from.kind === 'docker-daemon' &&
    !isSameEngine(target, from)
  )
    return false;
  const wanted = spell(target.image);
  if ('image' in from && from.image && !('id' in from.image) && from.image.digest === undefined)
    return spell(from.image) === wanted;
  return names.some(({ imageName }) => normaliseImageName(imageName ?? '') === wanted);
};

type EngineReference = Extract<Reference, { readonly kind: 'docker-daemon' }>;

const isSameEngine = (target: EngineReference, source: EngineReference): boolean =>
  target.host !== undefined && source.host !== undefined
    ? target.host === source.host
    : (target.engine ?? 'docker') === (source.engine ?? 'docker');

/** An archive is written as a whole. One that was named without an image holds no other. */
const refuseOtherImages = (source: Reference): void => {
  const isNamed =
    (source.kind === 'archive' && (source.name ?? source.digest) !== undefined) ||
    (source.kind === 'oci-archive' && (source.tag ?? source.digest) !== undefined) ||
    (source.kind === 'docker-archive' && (source.image ?? source.position) !== undefined);
  if (!isNamed) return;
  throw new ReslimError(
    'unsupported',
    `an archive is not written in place where it may hold other images: ${formatReference(source)}`,
    { hint: 'write another file with -o' },
  );
};

const otherName = (target: Reference, { reference, names }: NamedSource): string => {
  if ('image' in target && target.kind !== 'docker-archive' && !('id' in target.image)) {
    const image = withDefaultTag(target.image);
    return familiarImageName({ ...image, tag: `${image.tag}-slim` });
  }
  if (target.kind !== 'oci') return 'slim.tar';
  const tag = target.tag ?? ('tag' in reference ? reference.tag : names[0]?.refName) ?? 'latest';
  return `${target.path}:${tag}-slim`;
};

const spell = (image: Parameters<typeof withDefaultTag>[0]): string => {
  const { registry, repository, tag } = withDefaultTag(image);
  return `${registry}/${repository}:${tag}`;
};

const realPath = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
