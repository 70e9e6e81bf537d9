import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDigest, newRepository, type Content, type Repository } from './content.ts';

/** One request, parsed. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
  /** The repository's name. */
  readonly name: string;
  /** The last part of the path: a tag, a digest, an upload. */
  readonly last: string;
}

/** Thrown for an answer in the form that the specification gives to errors. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A repository that must be there. */
export const existing = (content: Content, name: string): Repository => {
  const repository = content.get(name);
  if (repository) return repository;
  throw new Refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry');
};

/** A repository that is written to: the first blob makes it. */
export const created = (content: Content, name: string): Repository => {
  const repository = content.get(name) ?? newRepository();
  content.set(name, repository);
  return repository;
};

export const requireDigest = (text: string): string => {
  if (isDigest(text)) return text;
  throw new Refusal(400, 'DIGEST_INVALID', `not a digest: ${text}`);
};

export const readBody = async (request: IncomingMessage, limit = Infinity): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > limit) throw new Refusal(413, 'SIZE_INVALID', `more than ${limit} bytes`);
  }
  return Buffer.concat(chunks);
};

/** Sends bytes, or with HEAD their headers alone. */
export const sendBytes = (
  { response, method }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): void => {
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
};

export const sendNothing = (
  { response }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(status, { 'content-length': 0, ...headers });
  response.end();
};

/**
 * One page of a sorted list, by `n` and `last` of the query, and the link to the next one.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export const pageOf = (
  all: readonly string[],
  { searchParams, pathname }: URL,
  pageSize: number,
): { readonly page: readonly string[]; readonly headers: Readonly<Record<string, string>> } => {
  const last = searchParams.get('last') ?? '';
  const size = Math.min(Number(searchParams.get('n') ?? pageSize), pageSize);
  if (!Number.isSafeInteger(size) || size < 0)
    throw new Refusal(400, 'PAGINATION_NUMBER_INVALID', 'n is not a number');
  const rest = all.filter((one) => one > last).sort();
  const page = rest.slice(0, size);
  if (page.length === rest.length || page.length === 0) return { page, headers: {} };
  const query = new URLSearchParams(searchParams);
  query.set('last', page.at(-1) ?? '');
  query.set('n', String(size));
  return { page, headers: { link: `<${pathname}?${query}>; rel="next"` } };
};
