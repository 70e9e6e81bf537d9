import { asObject, parseJson } from '../../../oci/json.ts';
import type { HttpRequest, HttpResponse } from '../http/exchange.ts';
import { readAnswer } from '../http/read-answer.ts';
import { printableUrl } from '../http/url.ts';
import { RegistryError } from '../registry-error.ts';
import { basicHeader, type Credential } from './credential.ts';

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  /** Absent for an anonymous request. */
  readonly credential: Credential | undefined;
}

export interface Token {
  readonly value: string;
  /** Seconds. */
  readonly lifetime: number;
}

/**
 * The request for a bearer token: GET with Basic credentials, or POST with an identity token.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export const tokenRequest = ({ realm, service, scopes, credential }: TokenRequest): HttpRequest => {
  if (credential?.kind === 'identity') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'reslim' });
    if (service !== undefined) form.set('service', service);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    form.set('refresh_token', credential.token);
    return {
      method: 'POST',
      url: realm,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new TextEncoder().encode(form.toString()),
    };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credential?.kind !== 'basic') return { method: 'GET', url };
  url.searchParams.set('account', credential.username);
  const authorization = basicHeader(credential.username, credential.password);
  return { method: 'GET', url, headers: { authorization } };
};

/** Reads a token server's answer. A token that is missing or could break a header is refused. */
export const readToken = async (response: HttpResponse, limit: number): Promise<Token> => {
  const where = `answer of ${printableUrl(response.url)}`;
  const answer = asObject(parseJson(await readAnswer(response, limit), where), where);
  const value = answer['token'] || answer['access_token'];
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new RegistryError('io', `no token in the ${where}`);
  }
  const lifetime = answer['expires_in'];
  return {
    value,
    lifetime: typeof lifetime === 'number' && lifetime > 0 ? lifetime : DEFAULT_LIFETIME,
  };
};

/** Seconds that a token without `expires_in` is valid, by the specification. */
const DEFAULT_LIFETIME = 60;
