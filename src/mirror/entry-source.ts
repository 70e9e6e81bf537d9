import { formatImageName, parseImageName, type ImageName } from '../oci/image-name.ts';

/** What the `from` of an entry names. */
export type EntrySource =
  /** One image, in any place. */
  | { readonly kind: 'image'; readonly name: string; readonly image?: ImageName | undefined }
  /** All tags of a repository. */
  | { readonly kind: 'repository'; readonly repository: RepositoryName };

/** A repository of a registry. */
export type RepositoryName = Pick<ImageName, 'registry' | 'repository'>;

/** Reads `from`. Without a prefix it is in a registry. Throws `usage`. */
export const entrySource = (from: string): EntrySource => {
  if (isElsewhere(from)) return { kind: 'image', name: from };
  const image = parseImageName(withoutPrefix(from));
  const { tag, digest, ...repository } = image;
  if (tag === undefined && digest === undefined) return { kind: 'repository', repository };
  return { kind: 'image', name: `${REGISTRY}${formatImageName(image)}`, image };
};

/** Whether a place is a layout or an archive. */
export const isElsewhere = (text: string): boolean =>
  /^(oci|oci-archive|docker-archive):/.test(text);

export const withoutPrefix = (text: string): string =>
  text.startsWith(REGISTRY) ? text.slice(REGISTRY.length) : text;

/** Spells out that a place is a registry. */
export const REGISTRY = 'docker://';
