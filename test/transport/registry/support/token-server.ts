import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  randomUUID,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { selfSigned } from './certificates.ts';

/** Speaks distribution's token protocol, and remembers what it was asked. */
export interface TokenServer {
  readonly realm: string;
  /** Where it really listens, should the realm lead through a proxy. */
  readonly address: string;
  readonly service: string;
  readonly issuer: string;
  /** Path of the certificate that comes with each token, if there is one. */
  readonly rootCertificate: string | undefined;
  /** Verifies tokens. */
  readonly publicKey: KeyObject;
  readonly requests: TokenRequestSeen[];
  /** Users by name. Without a user, pulling is allowed, pushing is not. */
  readonly users: Map<string, string>;
  /** Refresh tokens that are as good as a password. */
  readonly identityTokens: Set<string>;
  lifetime: number;
  /** A token with all permissions. */
  readonly issue: (scopes: readonly string[]) => string;
  readonly close: () => Promise<void>;
}

export interface TokenRequestSeen {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

export interface TokenServerOptions {
  /** Seconds. */
  readonly lifetime: number;
  readonly realm?: string | undefined;
  /** Where a certificate is made, for registries that take no bare keys. */
  readonly certificateFolder?: string | undefined;
}

export const startTokenServer = async (options: TokenServerOptions): Promise<TokenServer> => {
  const { lifetime, realm, certificateFolder } = options;
  const { certificate, ...signer } = certificateFolder
    ? await certifiedSigner(certificateFolder)
    : bareSigner();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const tokens: TokenServer = {
    realm: realm ?? `http://127.0.0.1:${port}/token`,
    address: `http://127.0.0.1:${port}`,
    service: 'registry.test',
    issuer: 'reslim-test',
    rootCertificate: certificate,
    publicKey: createPublicKey(signer.key),
    requests: [],
    users: new Map([['ada', 'analytical-engine']]),
    identityTokens: new Set(['refresh-me']),
    lifetime,
    issue: (scopes) => sign({ user: 'admin', scopes, tokens, ...signer }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const asked = await readRequest(request, tokens);
    if (asked === undefined)
      return { status: 401, body: { details: 'incorrect username or password' } };
    tokens.requests.push({ method: request.method ?? '', ...asked });
    const token = sign({ ...asked, tokens, ...signer });
    return { status: 200, body: { token, access_token: token, expires_in: tokens.lifetime } };
  };
  return tokens;
};

interface Signer {
  readonly key: KeyObject;
  readonly chain: readonly string[] | undefined;
  /** The path of the certificate. */
  readonly certificate: string | undefined;
}

const bareSigner = (): Signer => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { key: privateKey, chain: undefined, certificate: undefined };
};

const certifiedSigner = async (folder: string): Promise<Signer> => {
  const [cert, key] = [join(folder, 'token.pem'), join(folder, 'token.key')];
  await selfSigned(cert, key, '/CN=reslim test tokens');
  return {
    key: createPrivateKey(await readFile(key)),
    chain: [new X509Certificate(await readFile(cert)).raw.toString('base64')],
    certificate: cert,
  };
};

interface Asked {
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

const readRequest = async (
  request: IncomingMessage,
  tokens: TokenServer,
): Promise<Asked | undefined> => {
  if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const isKnown =
      form.get('grant_type') === 'refresh_token' &&
      tokens.identityTokens.has(form.get('refresh_token') ?? '');
    return isKnown
      ? { user: 'identity', scopes: (form.get('scope') ?? '').split(' ').filter(Boolean) }
      : undefined;
  }
  const url = new URL(request.url ?? '/', 'http://token');
  const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
  const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return { user: undefined, scopes };
  const [name = '', password] = Buffer.from(basic, 'base64').toString().split(':');
  return tokens.users.get(name) === password ? { user: name, scopes } : undefined;
};

interface Signing extends Asked {
  readonly tokens: TokenServer;
  readonly key: KeyObject;
  readonly chain: readonly string[] | undefined;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const sign = ({ user, scopes, tokens, key, chain }: Signing): string => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: tokens.issuer,
    sub: user ?? '',
    aud: tokens.service,
    // The registry allows a minute of clock skew on top.
    exp: now + tokens.lifetime,
    nbf: now - 5,
    iat: now,
    jti: randomUUID(),
    access: scopes.flatMap((scope) => grant(scope, user)),
  };
  const text = `${encode({ typ: 'JWT', alg: 'RS256', x5c: chain })}.${encode(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
};

/** `secret/…` is for users only, and so is everything but pulling. */
const grant = (scope: string, user: string | undefined): object[] => {
  const [, type, name = '', actions = ''] = /^(\w+):(.*):([\w*,]+)$/.exec(scope) ?? [];
  const wanted = actions.split(',');
  const allowed =
    user !== undefined
      ? wanted
      : name.startsWith('secret/')
        ? []
        : wanted.filter((one) => one === 'pull');
  return type === undefined ? [] : [{ type, name, actions: allowed }];
};
