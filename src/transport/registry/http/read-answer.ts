import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ReslimError } from '../../../base/errors.ts';
import { RegistryError } from '../registry-error.ts';
import { headerOf, type HttpResponse } from './exchange.ts';
import { printableUrl } from './url.ts';

/**
 * Reads a whole small answer; one that the server compressed without being asked is decompressed. Over
 * `limit` bytes it rejects with `limit`.
 */
export const readAnswer = async (response: HttpResponse, limit: number): Promise<Uint8Array> => {
  if (!isGzip(response)) return collect(response, limit);
  const stored = await collect(response, limit + GZIP_OVERHEAD);
  try {
    return await promisify(gunzip)(stored, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw overLimit(response, limit);
    throw new RegistryError('io', `the answer is not gzip, ${printableUrl(response.url)}`, {
      cause,
    });
  }
};

/** Whether the length in the headers is that of the content as compressed on the way. */
export const isEncoded = (response: HttpResponse): boolean =>
  !/^(identity)?$/i.test(headerOf(response, 'content-encoding') ?? '');

const isGzip = (response: HttpResponse): boolean =>
  /^(x-)?gzip$/i.test(headerOf(response, 'content-encoding') ?? '');

/** What gzip adds to bytes that it cannot make smaller. */
const GZIP_OVERHEAD = 1024;

const collect = async (response: HttpResponse, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) throw overLimit(response, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const overLimit = ({ url }: HttpResponse, limit: number): ReslimError =>
  new ReslimError('limit', `answer is over ${limit} bytes, ${printableUrl(url)}`);
