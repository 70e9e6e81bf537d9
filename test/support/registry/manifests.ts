import { digestOf, type Content, type Document, type Named, type Repository } from './content.ts';
import {
  existing,
  readBody,
  Refusal,
  requireDigest,
  sendBytes,
  sendNothing,
  type Exchange,
} from './exchange.ts';

/** Bytes; the specification has registries take at least so many. */
const MAX_SIZE = 4 * 1024 * 1024;

const TAG = /^\w[\w.-]{0,127}$/;

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
export const answerManifest = async (
  content: Content,
  exchange: Exchange,
  { referrers }: { readonly referrers: boolean },
): Promise<void> => {
  const { method, name, last: reference } = exchange;
  const isTag = !reference.includes(':');
  if (isTag && !TAG.test(reference))
    throw new Refusal(400, 'TAG_INVALID', 'manifest tag did not match');
  if (!isTag) requireDigest(reference);
  if (method === 'PUT') {
    const { digest, document } = await putManifest(existing(content, name), exchange, isTag);
    return sendNothing(exchange, 201, {
      location: `/v2/${name}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(referrers && document.subject && { 'oci-subject': document.subject.digest }),
    });
  }
  const repository = existing(content, name);
  const digest = isTag ? repository.tags.get(reference) : reference;
  const manifest = repository.manifests.get(digest ?? '');
  if (!digest || !manifest) throw new Refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  if (method === 'DELETE') {
    deleteManifest(repository, reference);
    return sendNothing(exchange, 202);
  }
  const { accept } = exchange.request.headers;
  if (!accepts(accept, manifest.mediaType))
    throw new Refusal(404, 'MANIFEST_UNKNOWN', `${manifest.mediaType} is not accepted`);
  const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': digest };
  return sendBytes(exchange, 200, headers, manifest.bytes);
};

const accepts = (accept: string | undefined, mediaType: string): boolean =>
  accept === undefined || /\*\/\*/.test(accept) || accept.includes(mediaType);

const deleteManifest = ({ tags, manifests }: Repository, reference: string): void => {
  manifests.delete(reference);
  for (const [tag, digest] of tags) if (tag === reference || digest === reference) tags.delete(tag);
};

const putManifest = async (
  repository: Repository,
  { request, last: reference }: Exchange,
  isTag: boolean,
): Promise<{ readonly digest: string; readonly document: Document }> => {
  const bytes = await readBody(request, MAX_SIZE);
  const digest = isTag ? digestOf(bytes) : digestOf(bytes, reference.split(':')[0]);
  if (!isTag && digest !== reference)
    throw new Refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  const mediaType = request.headers['content-type'] ?? '';
  const document = parse(bytes, mediaType);
  if (mediaType === '' || (document.mediaType ?? mediaType) !== mediaType)
    throw new Refusal(400, 'MANIFEST_INVALID', `Content-Type is ${mediaType || 'missing'}`);
  requireParts(repository, document);
  repository.manifests.set(digest, { bytes, mediaType, document });
  if (isTag) repository.tags.set(reference, digest);
  return { digest, document };
};

const VERSIONED = /\.(image|distribution)\./;

const parse = (bytes: Buffer, mediaType: string): Document => {
  try {
    const document = JSON.parse(bytes.toString()) as Document & { schemaVersion?: unknown };
    if (document.schemaVersion === 2 || !VERSIONED.test(mediaType)) return document;
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'MANIFEST_INVALID', 'manifest invalid');
};

/** All that a manifest names must be in the repository; its subject may come later. */
const requireParts = ({ blobs, manifests }: Repository, document: Document): void => {
  const { config, layers = [], blobs: others = [], manifests: children = [] } = document;
  const isMissing = ({ digest, urls }: Named): boolean => !urls?.length && !blobs.has(digest);
  const missing = [...(config ? [config] : []), ...layers, ...others].find(isMissing);
  if (missing)
    throw new Refusal(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing.digest}`);
  const child = children.find(({ digest }) => !manifests.has(digest));
  if (child) throw new Refusal(404, 'MANIFEST_BLOB_UNKNOWN', `manifest unknown: ${child.digest}`);
};
