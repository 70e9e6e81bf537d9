import type { HttpResponse } from './http/exchange.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

/**
 * Asks whether something is there: resolves with an answer of status 200 or 404, its body unread and
 * discarded. Where HEAD is not served, as by URLs that are signed for GET, a GET is sent instead.
 */
export const probe = async (
  { client, scopes, budget }: Repository,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> => {
  const request = async (method: 'HEAD' | 'GET'): Promise<HttpResponse> => {
    const response = await client.send({
      method,
      to: path,
      headers,
      scopes,
      budget,
      expect: [200, 404],
    });
    await response.discard();
    return response;
  };
  try {
    return await request('HEAD');
  } catch (error) {
    if (!hasStatus(error, 400, 403, 405, 501)) throw error;
    return request('GET');
  }
};
