import { randomUUID } from 'node:crypto';
import { hasDigest, type Content, type Repository, type Upload } from './content.ts';
import {
  created,
  existing,
  readBody,
  Refusal,
  requireDigest,
  sendBytes,
  sendNothing,
  type Exchange,
} from './exchange.ts';

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs */
export const answerBlob = async (content: Content, exchange: Exchange): Promise<void> => {
  const { request, method, name } = exchange;
  const digest = requireDigest(exchange.last);
  const { blobs } = existing(content, name);
  const blob = blobs.get(digest);
  if (!blob) throw new Refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  if (method === 'DELETE') {
    blobs.delete(digest);
    return sendNothing(exchange, 202);
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
  };
  const { range } = request.headers;
  if (range === undefined || method === 'HEAD') return sendBytes(exchange, 200, headers, blob);
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const end = to === '' ? blob.length - 1 : Math.min(Number(to), blob.length - 1);
  if (from === '' || Number(from) > end)
    throw new Refusal(416, 'SIZE_INVALID', `no such range: ${range}`);
  const contentRange = `bytes ${from}-${end}/${blob.length}`;
  const part = blob.subarray(Number(from), end + 1);
  return sendBytes(exchange, 206, { ...headers, 'content-range': contentRange }, part);
};

/** `POST …/blobs/uploads/`: a mount, a blob as a whole, or a session. */
export const beginUpload = async (content: Content, exchange: Exchange): Promise<void> => {
  const { request, url, name } = exchange;
  const repository = created(content, name);
  const [mount, digest] = [url.searchParams.get('mount'), url.searchParams.get('digest')];
  const mounted = mount && content.get(url.searchParams.get('from') ?? '')?.blobs.get(mount);
  if (mounted) {
    repository.blobs.set(requireDigest(mount), mounted);
    return sendBlob(exchange, mount);
  }
  const bytes = await readBody(request);
  if (digest !== null) {
    store(repository, digest, bytes);
    return sendBlob(exchange, digest);
  }
  if (bytes.length > 0) throw new Refusal(400, 'BLOB_UPLOAD_INVALID', 'a body without a digest');
  const id = randomUUID();
  repository.uploads.set(id, { chunks: [], size: 0, state: 0 });
  return sendSession({ ...exchange, last: id }, repository.uploads.get(id) as Upload, 202);
};

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks */
export const answerUpload = async (content: Content, exchange: Exchange): Promise<void> => {
  const { url, method, name, last: id } = exchange;
  const repository = existing(content, name);
  const upload = repository.uploads.get(id);
  if (!upload) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  if (method === 'GET') return sendSession(exchange, upload, 204);
  if (method === 'DELETE') {
    repository.uploads.delete(id);
    return sendNothing(exchange, 204);
  }
  if (url.searchParams.get('state') !== String(upload.state))
    throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'not the address of the last answer');
  await append(exchange, upload);
  if (method === 'PATCH') return sendSession(exchange, upload, 202);
  const digest = url.searchParams.get('digest') ?? '';
  const whole = Buffer.concat(upload.chunks);
  // The session ends with its PUT, whatever comes of it.
  repository.uploads.delete(id);
  store(repository, digest, whole);
  return sendBlob(exchange, digest);
};

/** Takes the body of a request at the place that its `Content-Range` names. */
const append = async ({ request }: Exchange, upload: Upload): Promise<void> => {
  const range = request.headers['content-range'];
  const [, from = '', to = ''] = /^(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  const outOfOrder = range !== undefined && Number(from || NaN) !== upload.size;
  // Read to its end, so that the client gets to read the answer.
  const bytes = await readBody(request);
  if (outOfOrder)
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'chunk out of order', rangeOf(upload));
  if (range !== undefined && Number(to) - Number(from) + 1 !== bytes.length)
    throw new Refusal(400, 'SIZE_INVALID', `${bytes.length} bytes for the range ${range}`);
  upload.chunks.push(bytes);
  upload.size += bytes.length;
  upload.state++;
};

const store = ({ blobs }: Repository, digest: string, bytes: Buffer): void => {
  if (!hasDigest(bytes, requireDigest(digest)))
    throw new Refusal(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  blobs.set(digest, bytes);
};

const sendBlob = (exchange: Exchange, digest: string): void =>
  sendNothing(exchange, 201, {
    location: addressOf(exchange, `/v2/${exchange.name}/blobs/${digest}`),
    'docker-content-digest': digest,
  });

const sendSession = (exchange: Exchange, upload: Upload, status: number): void => {
  const path = `/v2/${exchange.name}/blobs/uploads/${exchange.last}?state=${upload.state}`;
  const location = addressOf(exchange, path);
  const headers = { location, 'docker-upload-uuid': exchange.last, ...rangeOf(upload) };
  sendNothing(exchange, status, headers);
};

const rangeOf = ({ size }: Upload): Record<string, string> => ({
  range: `0-${Math.max(0, size - 1)}`,
});

const addressOf = ({ request, url }: Exchange, path: string): string =>
  `${url.protocol}//${request.headers.host}${path}`;
