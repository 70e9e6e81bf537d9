import picomatch from 'picomatch';
import type { NetworkOptions } from '../api/options.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import { groupBy } from '../base/group-by.ts';
import { REGISTRY, type EntrySource } from '../mirror/entry-source.ts';
import type { Digest } from '../oci/digest.ts';
import { formatImageName, isTag } from '../oci/image-name.ts';
import { formatReference } from '../oci/reference.ts';
import { listPlace, type PlacedImage } from '../transport/list-place.ts';
import { openSource } from '../transport/open-source.ts';
import type { OpenedSource } from '../transport/opened-source.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import { listRepositories } from './list-repositories.ts';
import { openRepositoryNamed } from './open-repository.ts';
import type { Session } from './session.ts';

/** Something with tags that images are mirrored from: a repository of a registry, or a part of a layout or archive. */
export interface SourceRepository {
  /** What it is remembered by, and called in messages. */
  readonly name: string;
  /** For `{repository}`; absent in a layout whose names are mere tags. */
  readonly repository: string | undefined;
  /** The whole name of an image. */
  readonly nameOf: (tagOrDigest: string) => string;
  /** The session closes it. */
  readonly open: () => Promise<TaggedRepository>;
}

export interface RepositoriesOptions {
  readonly session: Session;
  readonly network: NetworkOptions | undefined;
}

/**
 * What an entry names, or what there is of it: repositories that a registry lists, images that a place has under names,
 * which may be none. Rejects with `not-found` where no repository fits.
 */
export const findRepositories = async (
  from: Exclude<EntrySource, { readonly kind: 'image' }>,
  options: RepositoriesOptions,
): Promise<readonly SourceRepository[]> => {
  if (from.kind === 'repository') return [inRegistry(from.repository, options)];
  if (from.kind === 'place') return inPlace(from, options);
  const { registry, glob } = from;
  const matches = picomatch(glob, { dot: true });
  const all = await listRepositories(registry, options);
  const found = all.filter((repository) => matches(repository));
  if (found.length > 0)
    return found.map((repository) => inRegistry({ registry, repository }, options));
  throw new ReslimError(
    'not-found',
    `none of ${all.length} repositories fits ${glob}, ${registry}`,
    {
      hint: '* stands for one part of a name, ** for several',
    },
  );
};

const inRegistry = (
  image: Extract<EntrySource, { readonly kind: 'repository' }>['repository'],
  { session, network }: RepositoriesOptions,
): SourceRepository => {
  const fullName = formatImageName(image);
  let opened: Promise<TaggedRepository> | undefined;
  const open = async (): Promise<TaggedRepository> =>
    session.add(await openRepositoryNamed(fullName, { ...session, network }));
  return {
    name: `${REGISTRY}${fullName}`,
    repository: image.repository,
    nameOf: (text) => {
      const chosen = isTag(text) ? { tag: text } : { digest: text as Digest };
      return `${REGISTRY}${formatImageName({ ...image, ...chosen })}`;
    },
    open: () => (opened ??= open()),
  };
};

const inPlace = async (
  { name, reference }: Extract<EntrySource, { readonly kind: 'place' }>,
  { session }: RepositoriesOptions,
): Promise<readonly SourceRepository[]> => {
  const images = await withOrigin('source', () => listPlace(reference, session));
  return [...groupBy(images, ({ repository }) => repository)].map(([repository, group]) => {
    const byTag = new Map(group.map((image) => [image.tag, formatReference(image.reference)]));
    return {
      name: repository === undefined ? name : `${name} ${repository}`,
      repository,
      nameOf: (text) => byTag.get(text) ?? `${name}${text.includes(':') ? '@' : ':'}${text}`,
      open: async () => openTagged(name, group, session),
    };
  });
};

/** The images of a place as a repository with tags. */
const openTagged = (
  name: string,
  images: readonly PlacedImage[],
  session: Session,
): TaggedRepository => {
  const opened = new Map<string, OpenedSource>();
  return {
    name,
    tags: async function* () {
      yield* images.map(({ tag }) => tag);
    },
    resolve: async (tag) => {
      const image = images.find((one) => one.tag === tag);
      if (!image) throw new ReslimError('not-found', `no image is named ${tag}, ${name}`);
      const source = session.add(await openSource(image.reference, session));
      opened.set(tag, source);
      return source.root;
    },
    source: (tag, root) => ({ ...(opened.get(tag) as OpenedSource), root }),
    parallel: 1,
    close: async () => {},
  };
};
