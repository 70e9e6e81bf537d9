import { verify, type KeyObject } from 'node:crypto';
import { Refusal, type Exchange } from './exchange.ts';

/** Decides who may do what: throws a `Refusal` with a challenge otherwise. */
export type Access = (exchange: Exchange) => void;

export const anyone: Access = () => {};

export const byPassword =
  ({ username, password }: { readonly username: string; readonly password: string }): Access =>
  ({ request }) => {
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== expected) throw unauthorized('Basic realm="test"');
  };

export interface TokenIssuer {
  readonly realm: string;
  readonly service: string;
  readonly publicKey: KeyObject;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
export const byToken =
  ({ realm, service, publicKey }: TokenIssuer): Access =>
  (exchange) => {
    const scopes = scopesOf(exchange);
    const challenge = [`realm="${realm}"`, `service="${service}"`];
    if (scopes.length > 0) challenge.push(`scope="${scopes.join(' ')}"`);
    const [, token] = /^Bearer (.*)$/.exec(exchange.request.headers.authorization ?? '') ?? [];
    const granted = token === undefined ? undefined : grantsOf(token, publicKey);
    if (!granted) throw unauthorized(`Bearer ${challenge.join(',')}`);
    if (scopes.some((scope) => !granted.includes(scope)))
      throw unauthorized(`Bearer ${challenge.join(',')},error="insufficient_scope"`);
  };

const unauthorized = (challenge: string): Refusal =>
  new Refusal(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });

/** One scope for each action that a request needs. */
const scopesOf = ({ method, name, url }: Exchange): string[] => {
  if (url.pathname === '/v2/_catalog') return ['registry:catalog:*'];
  if (name === '') return [];
  const actions =
    method === 'GET' || method === 'HEAD'
      ? ['pull']
      : method === 'DELETE' && !url.pathname.includes('/uploads/')
        ? ['delete']
        : ['pull', 'push'];
  return actions.map((action) => `repository:${name}:${action}`);
};

/** The scopes that a token gives; `undefined` when it is not valid now. */
const grantsOf = (token: string, publicKey: KeyObject): string[] | undefined => {
  const [head = '', body = '', signature = ''] = token.split('.');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as {
    readonly exp: number;
    readonly access: readonly { type: string; name: string; actions: readonly string[] }[];
  };
  if (claims.exp * 1000 < Date.now()) return undefined;
  return claims.access.flatMap(({ type, name, actions }) =>
    actions.map((action) => `${type}:${name}:${action}`),
  );
};
