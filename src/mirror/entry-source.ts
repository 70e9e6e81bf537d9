import { ReslimError } from '../base/errors.ts';
import {
  formatImageName,
  isFullImageName,
  parseImageName,
  type ImageName,
} from '../oci/image-name.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/** What the `from` of an entry names. */
export type EntrySource =
  /** One image, in any place. */
  | { readonly kind: 'image'; readonly name: string; readonly image?: ImageName | undefined }
  /** All tags of a repository. */
  | { readonly kind: 'repository'; readonly repository: RepositoryName }
  /** Those repositories of a registry that fit. */
  | { readonly kind: 'catalog'; readonly registry: string; readonly glob: string }
  /** What a layout, a folder of layouts, or an archive has under names. */
  | { readonly kind: 'place'; readonly name: string; readonly reference: LocalPlace };

type LocalPlace = Extract<Reference, { readonly kind: 'oci' | 'oci-archive' | 'docker-archive' }>;

/** A repository of a registry. */
export type RepositoryName = Pick<ImageName, 'registry' | 'repository'>;

/** Reads `from`. Without a prefix it is in a registry. Throws `usage`. */
export const entrySource = (from: string): EntrySource => {
  if (isElsewhere(from)) return localSource(from);
  if (GLOB.test(from)) return catalogSource(withoutPrefix(from));
  const image = parseImageName(withoutPrefix(from));
  const { tag, digest, ...repository } = image;
  if (tag === undefined && digest === undefined) return { kind: 'repository', repository };
  return { kind: 'image', name: `${REGISTRY}${formatImageName(image)}`, image };
};

const GLOB = /[*?{}[\]!()]/;

const catalogSource = (name: string): EntrySource => {
  const at = name.indexOf('/');
  const [registry, glob] = [name.slice(0, at), name.slice(at + 1)];
  if (at < 0 || GLOB.test(registry) || !isFullImageName(`${registry}/x`))
    throw new ReslimError('usage', `a glob needs the host of the registry in front: ${name}`, {
      hint: 'write HOST/team/*; Docker Hub lists no repositories',
    });
  if (/[:@]/.test(glob))
    throw new ReslimError('usage', `a tag or digest beside a glob of repositories: ${name}`, {
      hint: 'tags are chosen apart from it',
    });
  return { kind: 'catalog', registry, glob };
};

const localSource = (name: string): EntrySource => {
  const reference = parseReference(name) as LocalPlace;
  const isOne =
    reference.kind === 'docker-archive'
      ? (reference.image ?? reference.position) !== undefined
      : (reference.tag ?? reference.digest) !== undefined;
  return isOne ? { kind: 'image', name } : { kind: 'place', name, reference };
};

/** Whether a place is a layout or an archive. */
export const isElsewhere = (text: string): boolean =>
  /^(oci|oci-archive|docker-archive):/.test(text);

export const withoutPrefix = (text: string): string =>
  text.startsWith(REGISTRY) ? text.slice(REGISTRY.length) : text;

/** Spells out that a place is a registry. */
export const REGISTRY = 'docker://';
