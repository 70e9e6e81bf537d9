import { isRepository, isTag } from '../../oci/image-name.ts';

/** A tag that was written, as a registry tells it. */
export interface PushedTag {
  /** Path of the repository: `team/app`. */
  readonly repository: string;
  readonly tag: string;
}

/** Finds the tags of one kind of notification; `undefined` for a document of another kind. */
export type ReadNotification = (
  document: Members,
) => readonly (PushedTag | undefined)[] | undefined;

/** Members of a JSON object; none of anything else. Their types are not known: others wrote it. */
export type Members = Readonly<Record<string, unknown>>;

export const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `undefined` where there is no such tag. */
export const pushedTag = (repository: unknown, tag: unknown): PushedTag | undefined =>
  typeof repository === 'string' &&
  typeof tag === 'string' &&
  isRepository(repository) &&
  isTag(tag)
    ? { repository, tag }
    : undefined;
