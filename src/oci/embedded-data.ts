import type { Descriptor } from './descriptor.ts';
import { algorithmOf, digestOf } from './digest.ts';
import type { JsonObject } from './json.ts';

/**
 * Whether a descriptor embeds bytes that are not those of its blob. Programs may use them instead of the
 * blob, so they must be the same.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#embedded-content
 */
export const hasFalseData = ({ digest, raw }: Descriptor): boolean => {
  const data = raw?.['data'];
  if (data == null) return false;
  return (
    typeof data !== 'string' ||
    digestOf(Buffer.from(data, 'base64'), algorithmOf(digest)) !== digest
  );
};

/** The members of a descriptor without its embedded content. */
export const withoutData = (descriptor: JsonObject): JsonObject => {
  const { data: _data, ...members } = descriptor;
  return members;
};
