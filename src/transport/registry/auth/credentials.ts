import type { Login, NetworkOptions } from '../../../api/options.ts';
import type { Environment } from '../../../base/home-folder.ts';
import { ReslimError } from '../../../base/errors.ts';
import { asObject, type JsonObject } from '../../../oci/json.ts';
import { authFiles, readAuthFile, type UserEnvironment } from './auth-file.ts';
import { authKey, candidateKeys, normaliseKey } from './auth-key.ts';
import type { Credential } from './credential.ts';
import { getFromHelper } from './credential-helper.ts';
import { environmentCredential } from './environment-credential.ts';

export interface CredentialRequest extends UserEnvironment {
  readonly registry: string;
  /** Narrows to keys such as `host/team`, as Podman writes them. */
  readonly repository?: string | undefined;
  /** Whether `RESLIM_USERNAME` and `RESLIM_PASSWORD` are meant for this registry. */
  readonly fromEnvironment?: boolean | undefined;
  /** @default getFromHelper */
  readonly askHelper?: typeof getFromHelper | undefined;
  /** Logins by host that the caller knows. */
  readonly logins?: NetworkOptions['logins'];
}

/**
 * Finds the user's credential for a registry: one that the caller knows, else from the environment, else from the first
 * file that has one. Resolves with `undefined` where the user is not logged in.
 */
export const findCredential = async (
  request: CredentialRequest,
): Promise<Credential | undefined> => {
  const { env = process.env } = request;
  const known = findLogin(request);
  if (known) return { kind: 'basic', ...known };
  const given = request.fromEnvironment ? environmentCredential(env) : undefined;
  if (given) return given;
  for (const path of authFiles(request)) {
    const file = await readAuthFile(path);
    const found = file && (await findInFile(file, path, { ...request, env }));
    if (found) return found;
  }
  return undefined;
};

const findLogin = ({ registry, logins = {} }: CredentialRequest): Login | undefined =>
  Object.entries(logins).find(([host]) => normaliseKey(host) === normaliseKey(registry))?.[1];

/** The credential helper that a config file names for a registry, if any. */
export const helperFor = (file: JsonObject, registry: string): string | undefined => {
  const host = normaliseKey(registry);
  const named = Object.entries(memberOf(file, 'credHelpers')).find(
    ([key]) => normaliseKey(key) === host,
  )?.[1];
  const helper = named ?? file['credsStore'];
  return typeof helper === 'string' && helper !== '' ? helper : undefined;
};

const findInFile = async (
  file: JsonObject,
  path: string,
  {
    registry,
    repository,
    env,
    askHelper = getFromHelper,
  }: CredentialRequest & { readonly env: Environment },
): Promise<Credential | undefined> => {
  const helper = helperFor(file, registry);
  const kept = helper && (await askHelper(helper, authKey(registry), { env }));
  if (kept) return kept;
  const entries = Object.entries(memberOf(file, 'auths'));
  for (const wanted of candidateKeys(registry, repository)) {
    for (const [key, value] of entries) {
      const found = normaliseKey(key) === wanted ? readEntry(value, path) : undefined;
      if (found) return found;
    }
  }
  return undefined;
};

const memberOf = (file: JsonObject, name: string): JsonObject =>
  file[name] == null ? {} : asObject(file[name], name);

const readEntry = (value: unknown, path: string): Credential | undefined => {
  const entry = typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  if (text('identitytoken')) return { kind: 'identity', token: text('identitytoken') };
  if (text('registrytoken')) return { kind: 'registry', token: text('registrytoken') };
  if (text('auth')) return decodeAuth(text('auth'), path);
  const username = text('username');
  return username ? { kind: 'basic', username, password: text('password') } : undefined;
};

const decodeAuth = (auth: string, path: string): Credential => {
  const decoded = Buffer.from(auth, 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon <= 0) {
    throw new ReslimError('usage', `an auth entry holds no user:password, ${path}`, {
      hint: 'log in again',
    });
  }
  // Docker pads old entries with NUL bytes.
  const password = decoded.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'basic', username: decoded.slice(0, colon), password };
};
