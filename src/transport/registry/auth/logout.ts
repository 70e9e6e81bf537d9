import type { RegistryOptions } from '../options.ts';
import { loginFile, readAuthFile } from './auth-file.ts';
import { authKey, normaliseKey } from './auth-key.ts';
import { eraseFromHelper } from './credential-helper.ts';
import { helperFor } from './credentials.ts';
import { editAuths } from './edit-auth-file.ts';

/**
 * Deletes a login from the helper and from the file that `login` writes. Resolves with whether there was
 * one.
 */
export const logout = async (registry: string, options: RegistryOptions = {}): Promise<boolean> => {
  const path = loginFile(options);
  const file = await readAuthFile(path);
  if (!file) return false;
  const { env = process.env } = options;
  const helper = helperFor(file, registry);
  const wasInHelper =
    helper !== undefined && (await eraseFromHelper(helper, authKey(registry), { env }));
  const wanted = normaliseKey(registry);
  let wasInFile = false;
  await editAuths(path, (auths) => {
    const left = Object.entries(auths).filter(([key]) => normaliseKey(key) !== wanted);
    wasInFile = left.length < Object.keys(auths).length;
    return Object.fromEntries(left);
  });
  return wasInHelper || wasInFile;
};
