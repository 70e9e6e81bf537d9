import { ReslimError } from '../base/errors.ts';
import { isDigest, quote, type Digest } from './digest.ts';

/**
 * A name in an engine or a registry, normalised the way Docker does: `app` is
 * `docker.io/library/app`. A tag is only there when it was written; see `withDefaultTag`.
 * @see https://github.com/distribution/reference/blob/v0.6.0/reference.go
 */
export interface ImageName {
  /** Host, with its port if one was written. `docker.io` stands for Docker Hub. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

/** Parses `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`; rejects with `usage`. */
export const parseImageName = (text: string): ImageName => {
  const [rest, digest] = cutDigest(text);
  const [name, tag] = cutTag(rest);
  const [registry, repository] = splitRegistry(name);
  const problem = findProblem({ text, registry, repository, tag, digest });
  if (problem)
    throw new ReslimError('usage', `not an image name: ${quote(text)}`, { hint: problem });
  return {
    registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest: digest as Digest }),
  };
};

export const formatImageName = ({ registry, repository, tag, digest }: ImageName): string =>
  `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

/** The short spelling that Docker shows: `app:1.0` for `docker.io/library/app:1.0`. */
export const familiarImageName = (name: ImageName): string =>
  formatImageName(name).replace(/^docker\.io\/(?:library\/)?/, '');

/** A name without tag and digest means `latest`. */
export const withDefaultTag = (name: ImageName): ImageName =>
  name.tag === undefined && name.digest === undefined ? { ...name, tag: 'latest' } : name;

/** The normalised full spelling, or `undefined` if the text is no image name. */
export const normaliseImageName = (text: string): string | undefined => {
  const name = tryImageName(text);
  return name && formatImageName(withDefaultTag(name));
};

export const tryImageName = (text: string): ImageName | undefined => {
  try {
    return parseImageName(text);
  } catch {
    return undefined;
  }
};

/** Whether the text is an image name with its registry, as `docker.io/app:1.0` does. */
export const isFullImageName = (text: string): boolean => {
  const first = text.slice(0, Math.max(text.indexOf('/'), 0));
  return (first === 'localhost' || /[.:]/.test(first)) && tryImageName(text) !== undefined;
};

/**
 * Whether the text names a registry that others can reach. `localhost/app` names none: Podman calls so what it
 * built itself.
 */
export const namesRegistry = (text: string): boolean =>
  isFullImageName(text) && !text.startsWith('localhost/');

export const isTag = (text: string): boolean => /^\w[\w.-]{0,127}$/.test(text);

/** Whether the text is the path of a repository, without its registry. */
export const isRepository = (text: string): boolean =>
  text.length <= MAX_NAME_LENGTH && REPOSITORY.test(text);

const HUB = 'docker.io';
const LABEL = String.raw`(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])`;
const REGISTRY = new RegExp(
  String.raw`^(?:${LABEL}(?:\.${LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$`,
);
const REPOSITORY =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const MAX_NAME_LENGTH = 255;

const cutDigest = (text: string): [string, string?] => {
  const at = text.indexOf('@');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

const cutTag = (text: string): [string, string?] => {
  const colon = text.lastIndexOf(':');
  return colon <= text.lastIndexOf('/') ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
};

const isRegistry = (component: string): boolean =>
  /[.:]/.test(component) || component === 'localhost' || component.toLowerCase() !== component;

const splitRegistry = (name: string): [string, string] => {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const registry = slash !== -1 && isRegistry(first) ? first : HUB;
  const repository = registry === HUB && first !== HUB ? name : name.slice(slash + 1);
  const isHub = registry === HUB || registry === 'index.docker.io';
  return isHub
    ? [HUB, repository.includes('/') ? repository : `library/${repository}`]
    : [registry, repository];
};

interface NameParts {
  readonly text: string;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const findProblem = ({
  text,
  registry,
  repository,
  tag,
  digest,
}: NameParts): string | undefined => {
  if (!REGISTRY.test(registry)) return `${quote(registry)} is not a registry host`;
  if (/^library\/[0-9a-f]{64}$/.test(repository) && tag === undefined) {
    return 'an image id is not a name: give the image a tag first';
  }
  if (!REPOSITORY.test(repository)) {
    return repository.toLowerCase() !== repository && REPOSITORY.test(repository.toLowerCase())
      ? 'repository names are lower case'
      : 'write [REGISTRY/]REPOSITORY[:TAG][@DIGEST], e.g. ghcr.io/owner/app:1.0';
  }
  if (registry.length + repository.length + 1 > MAX_NAME_LENGTH) {
    return `a name may have ${MAX_NAME_LENGTH} characters, this one has ${text.length}`;
  }
  if (tag !== undefined && !isTag(tag)) {
    return 'a tag is letters, digits, "_", "." and "-", at most 128 of them';
  }
  return digest === undefined || isDigest(digest)
    ? undefined
    : 'a digest is sha256: and 64 hex digits (or sha512: and 128)';
};
