import { ReslimError } from '../base/errors.ts';
import { hexOf, type Digest } from '../oci/digest.ts';
import { isTag } from '../oci/image-name.ts';
import { tagPattern } from './tag-pattern.ts';

/** An image that is overwritten. */
export interface ReplacedImage {
  readonly tag: string;
  readonly digest: Digest;
}

/**
 * The tag that keeps an image: `{tag}` of the template stands for its tag, `{digest}` for 12 digits of its digest.
 * Throws `usage` where that is no tag, or the very same.
 */
export const backupTag = (template: string, { tag, digest }: ReplacedImage): string => {
  const name = template
    .replaceAll('{tag}', tag)
    .replaceAll('{digest}', hexOf(digest).slice(0, DIGITS));
  if (isTag(name) && name !== tag) return name;
  const problem = name === tag ? 'the backup of a tag has its name' : 'the backup is no tag';
  throw new ReslimError('usage', `${problem}: ${template}`, {
    hint: 'write it with {tag} and {digest}, such as {tag}-before-{digest}',
  });
};

/** Whether a tag may be one that keeps an image. */
export const isBackupTag = (template: string): ((tag: string) => boolean) => {
  const pattern = tagPattern(template, { tag: '.+', digest: `[0-9a-f]{${DIGITS}}` });
  return (tag) => pattern.test(tag);
};

const DIGITS = 12;
