import type { MirrorEntry } from '../api/mirror.ts';
import { parseReference, type Reference } from '../oci/reference.ts';
import { entryTarget } from './entry-target.ts';

/** A repository or layout that an entry keeps filled. */
export interface KeptPlace {
  /** Without a tag. */
  readonly place: Reference;
  /** What tags are called there: `{tag}` is left to fill in. */
  readonly template: string;
}

/** Where an entry puts the tags of a repository; `undefined` where its target is a single image. */
export const keptPlace = (
  entry: MirrorEntry,
  repository: string | undefined,
): KeptPlace | undefined => {
  const found = placeOf(entryTarget(entry, { repository, tag: ANY }));
  if (!found?.tag.includes(ANY)) return undefined;
  return { place: found.place, template: found.tag.replaceAll(ANY, '{tag}') };
};

/** Stands for any tag in a name that is parsed. */
const ANY = 'reslim-any-tag';

/** The repository or layout that a target is in, and its tag there; `undefined` where there is no such place. */
export const placeOf = (
  target: string,
): { readonly place: Reference; readonly tag: string } | undefined => {
  const reference = parseReference(target);
  if (reference.kind === 'registry') {
    const { tag = '', ...image } = reference.image;
    return { place: { kind: 'registry', image }, tag };
  }
  if (reference.kind !== 'oci') return undefined;
  const { path, tag = '' } = reference;
  return { place: { kind: 'oci', path }, tag };
};
