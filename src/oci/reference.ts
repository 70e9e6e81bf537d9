import { ReslimError } from '../base/errors.ts';
import { isDigest, quote, type Digest } from './digest.ts';
import {
  formatImageName,
  isFullImageName,
  isTag,
  parseImageName,
  tryImageName,
  type ImageName,
} from './image-name.ts';

/**
 * Where an image is, or should go. One spelling for each kind:
 *
 * - `oci`: `oci:DIR[:TAG|@DIGEST]`, an OCI image layout
 * - `oci-archive`: `oci-archive:FILE[:TAG|@DIGEST]`, such a layout in a tar
 * - `docker-archive`: `docker-archive:FILE[:REF|:@N]`, what `docker save` writes
 * - `archive`: an archive named by its file alone, as `resolveSource` finds it, or `-`; its content
 *   (or the source, for a target) tells which of the two kinds it is
 * - `docker-daemon`: `docker-daemon:REF`, an image in an engine; `podman:REF`, one in Podman
 * - `registry`: `docker://REF`
 * - `bare`: anything else; what it means depends on the file system
 *
 * The path `-` of an archive means standard input or output.
 */
export type Reference =
  | LayoutReference
  | OciArchiveReference
  | DockerArchiveReference
  | AnyArchiveReference
  | EngineReference
  | { readonly kind: 'registry'; readonly image: ImageName }
  | { readonly kind: 'bare'; readonly text: string };

/** A path, and which of the images there is meant: by one of the two, or the only one. */
export interface PathAndTag {
  readonly path: string;
  /** The `org.opencontainers.image.ref.name` annotation: a tag, or a full image name. */
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

export interface LayoutReference extends PathAndTag {
  readonly kind: 'oci';
}

export interface OciArchiveReference extends PathAndTag {
  readonly kind: 'oci-archive';
}

export interface DockerArchiveReference {
  readonly kind: 'docker-archive';
  readonly path: string;
  readonly image?: ImageName | undefined;
  /** The place in `manifest.json`, from 0: `docker-archive:FILE:@0`. */
  readonly position?: number | undefined;
}

export interface AnyArchiveReference {
  readonly kind: 'archive';
  readonly path: string;
  /** A tag or an image name: what follows the file name. */
  readonly name?: string | undefined;
  readonly digest?: Digest | undefined;
}

export interface EngineReference {
  readonly kind: 'docker-daemon';
  readonly image: ImageName | { readonly id: Digest };
  /** After `podman:`, or once the engine was found. */
  readonly engine?: 'docker' | 'podman' | undefined;
  /** Where the engine listens, once it was found. */
  readonly host?: string | undefined;
}

/** Parses what a user wrote, without a look at the file system. Throws `usage`. */
export const parseReference = (text: string): Reference => {
  if (text === '') throw new ReslimError('usage', 'an image name is empty', { hint: SPELLINGS });
  if (text === '-') return { kind: 'archive', path: '-' };
  const scheme =
    /^(docker:\/\/|oci:|oci-archive:|docker-archive:|docker-daemon:|podman:|https?:\/\/)/.exec(
      text,
    )?.[0];
  const rest = text.slice(scheme?.length ?? 0);
  if (scheme !== undefined && rest === '') {
    throw new ReslimError('usage', `nothing follows ${scheme} in the image name`, {
      hint: SPELLINGS,
    });
  }
  switch (scheme) {
    case 'oci:':
      return { kind: 'oci', ...parsePathAndTag(rest) };
    case 'oci-archive:':
      return { kind: 'oci-archive', ...parsePathAndTag(rest) };
    case 'docker-archive:':
      return parseDockerArchive(rest);
    case 'docker-daemon:':
      return { kind: 'docker-daemon', image: parseEngineImage(rest) };
    case 'podman:':
      return { kind: 'docker-daemon', engine: 'podman', image: parseEngineImage(rest) };
    case 'docker://':
      return { kind: 'registry', image: parseImageName(rest) };
    case undefined:
      return { kind: 'bare', text };
    default:
      throw new ReslimError('usage', `an HTTP URL is not the name of an image: ${quote(text)}`, {
        hint: 'write docker://HOST/REPOSITORY:TAG for an image in a registry',
      });
  }
};

/** The spelling that `parseReference` parses to the same value. */
export const formatReference = (reference: Reference): string => {
  switch (reference.kind) {
    case 'oci':
    case 'oci-archive':
      return `${reference.kind}:${formatPathAndTag(reference)}`;
    case 'docker-archive':
      return `docker-archive:${formatDockerArchive(reference)}`;
    case 'archive':
      return formatPathAndTag({ ...reference, tag: reference.name });
    case 'docker-daemon':
      return `${reference.engine === 'podman' ? 'podman' : 'docker-daemon'}:${'id' in reference.image ? reference.image.id : formatImageName(reference.image)}`;
    case 'registry':
      return `docker://${formatImageName(reference.image)}`;
    case 'bare':
      return reference.text;
  }
};

const parseEngineImage = (text: string): EngineReference['image'] =>
  isDigest(text) ? { id: text } : parseImageName(text);

/**
 * Splits `PATH[:TAG|@DIGEST]`. A path may contain colons, so the tag is what follows the last colon of the
 * last path component; only an image name with its registry (`dir:docker.io/app:1.0`) may begin further
 * left. A final colon ends a path that would otherwise seem to have a tag.
 */
export const parsePathAndTag = (text: string): PathAndTag => {
  const at = DIGEST_SUFFIX.exec(text);
  if (!at) return splitTag(text);
  const [, rest = '', digest = ''] = at;
  if (!isDigest(digest)) {
    throw new ReslimError('usage', `not a digest: ${quote(digest)}`, {
      hint: 'a digest is sha256: and 64 hex digits (or sha512: and 128)',
    });
  }
  const { path, tag } = splitTag(rest);
  if (tag !== undefined) {
    throw new ReslimError('usage', `both a tag and a digest: ${quote(text)}`, {
      hint: 'leave one of them out',
    });
  }
  return { path, digest };
};

/**
 * Every way to cut `PATH[:NAME|@DIGEST]`, the longest path first. The caller finds out which of them exists.
 */
export const splitCandidates = (text: string): readonly PathAndTag[] => {
  const [, path = '', digest = ''] = DIGEST_SUFFIX.exec(text) ?? [];
  if (isDigest(digest)) return [{ path: text }, { path, digest }];
  const cuts = colonsOf(text)
    .filter((colon) => colon > 0)
    .reverse()
    .map((colon) => ({ path: text.slice(0, colon), tag: text.slice(colon + 1) }));
  return [
    { path: text },
    ...cuts.flatMap(({ path: left, tag }) =>
      tag === '' ? [{ path: left }] : isRefName(tag) ? [{ path: left, tag }] : [],
    ),
  ];
};

const DIGEST_SUFFIX = /^(.+)@((?:sha256|sha512):[^@/:]*)$/s;

const SPELLINGS =
  'write oci:DIR:TAG, oci-archive:FILE, docker-archive:FILE, or the name of a folder or file';

/**
 * Names the image-spec allows for a tag in a layout: wider than Docker's.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
const REF_NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--|\/)[A-Za-z0-9]+)*$/;

const isRefName = (text: string): boolean =>
  isTag(text) || REF_NAME.test(text) || tryImageName(text) !== undefined;

const splitTag = (text: string): PathAndTag => {
  const colons = colonsOf(text);
  const full = colons.find((colon) => isFullImageName(text.slice(colon + 1)));
  const last = full ?? colons.findLast((colon) => colon > lastSeparator(text));
  if (last === undefined || last === 0) return { path: text };
  const path = text.slice(0, last);
  const tag = text.slice(last + 1);
  if (tag === '') return { path };
  if (!isRefName(tag)) {
    throw new ReslimError('usage', `not a tag: ${quote(tag)}`, {
      hint: 'a tag is letters, digits, "_", "." and "-"; end the name with ":" if the colon belongs to the path',
    });
  }
  return { path, tag };
};

const formatPathAndTag = ({ path, tag, digest }: PathAndTag): string => {
  const suffix = digest === undefined ? '' : `@${digest}`;
  if (tag !== undefined) return `${path}:${tag}${suffix}`;
  return `${path}${isPlainPath(path) ? '' : ':'}${suffix}`;
};

const isPlainPath = (path: string): boolean => {
  try {
    return parsePathAndTag(path).path === path;
  } catch {
    return false;
  }
};

/** Splits at the first colon that an image name or `@N` follows, since image names contain colons, too. */
const parseDockerArchive = (text: string): DockerArchiveReference => {
  const kind = 'docker-archive';
  if (text.length > 1 && text.endsWith(':')) return { kind, path: text.slice(0, -1) };
  for (const colon of colonsOf(text).filter((at) => at > 0)) {
    const path = text.slice(0, colon);
    const name = text.slice(colon + 1);
    if (/^@\d{1,6}$/.test(name)) return { kind, path, position: Number(name.slice(1)) };
    const image = tryImageName(name);
    if (image?.digest !== undefined) {
      throw new ReslimError('usage', `an image in a docker-archive has no digest: ${quote(name)}`, {
        hint: 'name it by its tag',
      });
    }
    if (image) return { kind, path, image };
  }
  const colon = colonsOf(text).find((at) => at > lastSeparator(text));
  if (colon) parseImageName(text.slice(colon + 1));
  return { kind, path: text };
};

const formatDockerArchive = ({ path, image, position }: DockerArchiveReference): string => {
  if (position !== undefined) return `${path}:@${position}`;
  if (image !== undefined) return `${path}:${formatImageName(image)}`;
  return colonsOf(path).length > 0 ? `${path}:` : path;
};

const hasDrive = (text: string): boolean => /^[A-Za-z]:[\\/]/.test(text);

/** Positions of the colons that may end a path: all but that of a Windows drive letter. */
const colonsOf = (text: string): number[] => {
  const found: number[] = [];
  for (let at = hasDrive(text) ? 2 : 0; at < text.length; at++)
    if (text[at] === ':') found.push(at);
  return found;
};

/** A backslash separates folders only where a drive letter shows that it is a Windows path. */
const lastSeparator = (text: string): number =>
  Math.max(text.lastIndexOf('/'), hasDrive(text) ? text.lastIndexOf('\\') : -1);
