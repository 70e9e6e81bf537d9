import { ReslimError } from '../../../errors.ts';
import { printableUrl } from './url.ts';
import type { HttpResponse } from './exchange.ts';

/** Reads a whole small answer. Over `limit` bytes it rejects with `limit`. */
export const readAnswer = async (response: HttpResponse, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) {
      throw new ReslimError(
        'limit',
        `answer is over ${limit} bytes, ${printableUrl(response.url)}`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
