import { ReslimError } from '../../base/errors.ts';
import type { HttpClient } from './http/http-client.ts';
import { isCertificateProblem, isTlsProblem } from './http/network-error.ts';
import type { TimeBudget } from './http/time-budget.ts';
import { isListed, isLoopback } from './http/url.ts';
import { RegistryError } from './registry-error.ts';

/** Registries that answer at another host than the one they are named by. */
const HOSTS: Record<string, string> = {
  'docker.io': 'registry-1.docker.io',
  'index.docker.io': 'registry-1.docker.io',
};

/** The registry that a host answers for, by the name it is known by. */
export const registryAt = (host: string): string =>
  HOSTS[host] !== undefined || Object.values(HOSTS).includes(host) ? 'docker.io' : host;

export interface PingOptions {
  readonly budget: TimeBudget;
  readonly signal: AbortSignal | undefined;
}

/**
 * The root URL of a registry. Plain http is tried only on this machine and for hosts the user named as
 * insecure, and only where there is no TLS.
 */
export const findRegistryUrl = async (
  registry: string,
  http: HttpClient,
  options: PingOptions,
): Promise<URL> => {
  const host = HOSTS[registry] ?? registry;
  const secure = rootUrl('https', host);
  if (!isLoopback(host) && !isListed(http.insecure, host)) return secure;
  try {
    await ping(secure, http, options);
    return secure;
  } catch (error) {
    if (!(error instanceof RegistryError) || isCertificateProblem(error)) throw error;
    return findPlainUrl(rootUrl('http', host), error, { ...options, http });
  }
};

const findPlainUrl = async (
  plain: URL,
  secureError: RegistryError,
  { http, ...options }: PingOptions & { readonly http: HttpClient },
): Promise<URL> => {
  try {
    // A TLS server answers 400 to plain http: then the first failure was a temporary one.
    if ((await ping(plain, http, options)) !== 400) return plain;
  } catch (plainError) {
    throw isTlsProblem(secureError) ? plainError : secureError;
  }
  throw secureError;
};

const rootUrl = (scheme: string, host: string): URL => {
  const text = `${scheme}://${host}/`;
  if (URL.canParse(text)) return new URL(text);
  throw new ReslimError('usage', `not a registry host: ${host}`);
};

/** Any answer shows that the server speaks this protocol. */
const ping = async (root: URL, http: HttpClient, options: PingOptions): Promise<number> => {
  const response = await http.send({ method: 'GET', url: new URL('/v2/', root), ...options });
  await response.discard();
  return response.status;
};
