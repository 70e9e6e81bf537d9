import { RegistryError } from '../registry-error.ts';
import { headerOf, type HttpRequest, type HttpResponse } from './exchange.ts';
import { isListed, isLoopback, printableUrl } from './url.ts';

export interface RedirectPolicy {
  /** Hosts that may be used without TLS. */
  readonly insecure: readonly string[];
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const KEEPING_METHOD = new Set([307, 308]);
/** Headers that belong to one origin and stay there. */
const BOUND_TO_ORIGIN = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * The request an answer redirects to, or nothing. Credentials do not leave their origin, and once dropped
 * they are not added again; a redirect never leads from TLS to plain http.
 */
export const redirectedRequest = (
  asked: HttpRequest,
  response: HttpResponse,
  policy: RedirectPolicy,
): HttpRequest | undefined => {
  const location = headerOf(response, 'location');
  if (!REDIRECTS.has(response.status) || location === undefined) return undefined;
  const isRead = asked.method === 'GET' || asked.method === 'HEAD';
  if (!isRead && !KEEPING_METHOD.has(response.status)) {
    throw refused(`a ${asked.method} was redirected with status ${response.status}`, asked.url);
  }
  const url = resolveLocation(location, asked.url, policy);
  const headers = url.origin === asked.url.origin ? asked.headers : withoutSecrets(asked.headers);
  return { ...asked, url, headers };
};

/** Resolves a `Location`, relative or not, and refuses one that leads away from TLS. */
export const resolveLocation = (location: string, base: URL, policy: RedirectPolicy): URL => {
  const url = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw refused('a redirect to something other than an HTTP URL', base);
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.protocol === 'https:') return url;
  if (base.protocol === 'https:' && url.host === base.host) {
    // Registries behind a TLS proxy often do not know that they are, and write http.
    url.protocol = 'https:';
    return url;
  }
  const isPlainBase = base.protocol === 'http:';
  if (isListed(policy.insecure, url.host) || (isPlainBase && isLoopback(url.host))) return url;
  throw refused(`a redirect to plain http at ${url.host}`, base);
};

const withoutSecrets = (headers: HttpRequest['headers'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !BOUND_TO_ORIGIN.has(name)));

const refused = (what: string, url: URL): RegistryError =>
  new RegistryError('io', `${what}, ${printableUrl(url)}`, {
    hint: 'the registry, or a proxy in front of it, is misconfigured',
  });
