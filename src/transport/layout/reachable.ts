import { DEFAULT_LIMITS } from '../../base/limits.ts';
import { isDigest, type Digest } from '../../oci/digest.ts';
import { parseJson } from '../../oci/json.ts';
import { readSmallFile } from '../file-bytes.ts';
import { resolveBlobPath } from './layout-folder.ts';

/**
 * Every digest that the index of a layout refers to, directly or not; `undefined` if that cannot be found
 * out for certain. Follows every JSON document, whatever its media type, so that rather too much is kept
 * than too little.
 */
export const findReachable = async (
  layout: string,
  index: Uint8Array,
): Promise<ReadonlySet<Digest> | undefined> => {
  const reached = new Set<Digest>();
  try {
    let documents: readonly Found[] = collect(parseJson(index, 'index.json'));
    while (documents.length > 0) {
      const next: Found[] = [];
      for (const { digest, mediaType } of documents) {
        if (reached.has(digest)) continue;
        if (reached.size >= MAX_BLOBS) return undefined;
        reached.add(digest);
        if (!/json/.test(mediaType) || /config/.test(mediaType)) continue;
        const path = await resolveBlobPath(layout, digest);
        next.push(
          ...collect(parseJson(await readSmallFile(path, DEFAULT_LIMITS.documentSize, path), path)),
        );
      }
      documents = next;
    }
    return reached;
  } catch {
    return undefined;
  }
};

const MAX_BLOBS = 100_000;

interface Found {
  readonly digest: Digest;
  readonly mediaType: string;
}

/** All descriptors anywhere in a document. One without a type may be a document, too. */
const collect = (value: unknown): Found[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { digest, mediaType = 'json' } = value as Record<string, unknown>;
  const here =
    typeof digest === 'string' && isDigest(digest)
      ? [{ digest, mediaType: String(mediaType) }]
      : [];
  return [...here, ...Object.values(value).flatMap(collect)];
};
