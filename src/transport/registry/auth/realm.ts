import { ReslimError } from '../../../base/errors.ts';
import { quote } from '../../../oci/digest.ts';
import { isLoopback, isThisMachine } from '../http/url.ts';

/**
 * Checks the token server a registry names. The registry decides where the user's password goes, so the
 * connection must be as safe as that to the registry itself, and a registry elsewhere must not name a
 * service on this machine.
 */
export const parseRealm = (realm: string | undefined, registry: URL): URL => {
  const text = realm ?? '';
  if (!URL.canParse(text)) throw refused(`is not an HTTP URL: ${quote(text)}`, registry);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refused('holds credentials', registry);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refused(`is not an HTTP URL: ${quote(url.protocol)}`, registry);
  }
  if (isThisMachine(url.host) && !isLoopback(registry.host))
    throw refused('is on this machine', registry);
  if (url.protocol === 'https:') return url;
  if (registry.protocol === 'https:') throw refused('is on plain http', registry);
  if (isLoopback(registry.host) && !isLoopback(url.host)) {
    throw refused(`is on plain http at ${url.host}`, registry);
  }
  return url;
};

const refused = (what: string, registry: URL): ReslimError =>
  new ReslimError('io', `the token server ${what}, registry ${registry.host}`, {
    hint: 'no credentials were sent; ask those who run the registry',
  });
