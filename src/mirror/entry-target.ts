import type { MirrorEntry } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';
import { formatImageName, isTag, parseImageName } from '../oci/image-name.ts';
import { isElsewhere, REGISTRY, withoutPrefix } from './entry-source.ts';

/** What the templates of an entry stand for. */
export interface NamedImage {
  /** Path of the source's repository: `library/node`. Absent for an image that is in none. */
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
}

/**
 * Where an image of an entry goes, by the templates `to` and `tagAs`. Throws `usage` where they ask for a part that the
 * source does not have, or where what they yield is no name.
 */
export const entryTarget = ({ to, tagAs = '{tag}' }: MirrorEntry, image: NamedImage): string => {
  const parts = { ...image, name: image.repository?.split('/').at(-1) };
  const place = fill(to, parts);
  if (isElsewhere(place)) return namesTag(to) ? place : `${place}:${fill(tagAs, parts)}`;
  const { tag, digest, ...repository } = parseImageName(withoutPrefix(place));
  if (digest !== undefined)
    throw new ReslimError('usage', `a target cannot be named by a digest: ${to}`);
  const named = tag ?? fill(tagAs, parts);
  if (!isTag(named)) throw new ReslimError('usage', `not a tag: ${named}, ${to}`);
  return `${REGISTRY}${formatImageName({ ...repository, tag: named })}`;
};

/** Whether the place itself says which tag: an archive holds one image, in a file of its own. */
const namesTag = (to: string): boolean => to.includes('{tag}') || /^oci:[^:]+:[^/]+$/.test(to);

const fill = (template: string, parts: Readonly<Record<string, string | undefined>>): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parts[name];
    if (value !== undefined) return value;
    const known = name in parts;
    throw new ReslimError(
      'usage',
      known ? `${whole} stands for nothing here, ${template}` : `unknown ${whole}, ${template}`,
      { hint: known ? 'write it out' : 'there are {repository}, {name} and {tag}' },
    );
  });
