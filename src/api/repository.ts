import type { Digest } from '../oci/digest.ts';
import type { RunOptions } from './options.ts';
import type { TrendOrder } from './vocabulary.ts';

/** Options of `tags`. */
export interface TagsOptions extends Omit<RunOptions, 'platform'> {
  /** A repository in a registry, without a tag. */
  readonly repository: string;
  /** Names, globs and ranges of versions. @default all tags of images */
  readonly tags?: readonly string[] | undefined;
  /** How many of the tags that fit, the newest ones; oldest first. @default all, by name */
  readonly newest?: number | undefined;
  /** What the newest goes by. @default 'version' */
  readonly order?: TrendOrder | undefined;
  /** Asks for what each tag stands for: a request for each. @default false */
  readonly digests?: boolean | undefined;
}

export interface TagsResult {
  /** The repository. */
  readonly name: string;
  readonly tags: readonly ListedTag[];
  /** How many tags there are in all, those of signatures included. */
  readonly total: number;
}

export interface ListedTag {
  readonly tag: string;
  /** With `digests`; of the index, where there is one. */
  readonly digest?: Digest | undefined;
  readonly mediaType?: string | undefined;
}

/** Options of `deleteImages`. */
export interface DeleteOptions extends Omit<RunOptions, 'platform'> {
  /** Tags, `REPOSITORY:TAG` and `oci:DIR:TAG`, and images by digest, `REPOSITORY@DIGEST`. */
  readonly images: readonly string[];
  /** Lets other tags of the same images go as well. @default false */
  readonly allTags?: boolean | undefined;
  /** Says what would go, and deletes nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

export interface DeleteResult {
  readonly dryRun: boolean;
  /** In the order of the options; what goes with `allTags` comes after what it belongs to. */
  readonly images: readonly DeletedImage[];
}

export interface DeletedImage {
  /** `REPOSITORY:TAG` or `REPOSITORY@DIGEST`. */
  readonly name: string;
  /** What it stands for; not asked for where a tag is deleted by its name. */
  readonly digest?: Digest | undefined;
  /** Other tags of the same image that stay, where that was asked for. */
  readonly sameImage: readonly string[];
  /** `done` in dry runs stands for what would be. */
  readonly status: 'done' | 'failed';
  readonly reason?: string | undefined;
  readonly hint?: string | undefined;
}
