import { ReslimError } from '../../../base/errors.ts';
import { RegistryClient } from '../client.ts';
import type { RegistryOptions } from '../options.ts';
import { loginFile, readAuthFile } from './auth-file.ts';
import { authKey } from './auth-key.ts';
import { storeInHelper } from './credential-helper.ts';
import { helperFor } from './credentials.ts';
import { editAuths } from './edit-auth-file.ts';

export interface LoginRequest {
  /** A host, with port; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly username: string;
  /** Or an access token. */
  readonly password: string;
}

/** Where a login was kept: a credential helper's name, or the path of a file. */
export type KeptIn = { readonly helper: string } | { readonly file: string };

/**
 * Checks a user name and password with the registry and keeps them where Docker (or Podman, with
 * `REGISTRY_AUTH_FILE`) would. Nothing is kept unless the registry accepts them.
 */
export const login = async (
  request: LoginRequest,
  options: RegistryOptions = {},
): Promise<KeptIn> => {
  const { registry, username, password } = request;
  if (username === '' || /[:\0]/.test(username) || password === '') {
    throw new ReslimError(
      'usage',
      'user name or password is empty, or the user name holds a colon',
    );
  }
  await checkLogin(registry, { ...options, credential: { kind: 'basic', username, password } });
  const path = loginFile(options);
  const helper = helperFor((await readAuthFile(path)) ?? {}, registry);
  const key = authKey(registry);
  if (helper !== undefined) {
    const { env = process.env } = options;
    await storeInHelper(helper, { key, username, password }, { env });
    // Docker keeps an empty entry to remember which registries the helper has.
    await editAuths(path, (auths) => ({ ...auths, [key]: {} }));
    return { helper };
  }
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await editAuths(path, (auths) => ({ ...auths, [key]: { auth } }));
  return { file: path };
};

/** Rejects unless the registry accepts the credential. */
const checkLogin = async (registry: string, options: RegistryOptions): Promise<void> => {
  const client = new RegistryClient(registry, undefined, options);
  try {
    const response = await client.send({ to: '/v2/', scopes: [], expect: [200] });
    await response.discard();
  } finally {
    await client.close();
  }
};
