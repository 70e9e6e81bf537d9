import type { NetworkOptions } from '../api/options.ts';
import { networkFor } from '../transport/network.ts';
import type { KeptIn, LoginRequest } from '../transport/registry/auth/login.ts';

export interface LoginOptions {
  readonly network?: NetworkOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks a login with its registry and keeps it where Docker or Podman find it, too. Rejects with a
 * `ReslimError` when the registry says no; nothing is kept then.
 */
export const login = async (
  request: LoginRequest,
  { network, signal }: LoginOptions = {},
): Promise<KeptIn> => {
  const auth = await import('../transport/registry/auth/login.ts');
  return auth.login(request, networkFor(network, { signal }).registry);
};

/** Forgets a login. Resolves with whether there was one. */
export const logout = async (
  registry: string,
  { network, signal }: LoginOptions = {},
): Promise<boolean> => {
  const auth = await import('../transport/registry/auth/logout.ts');
  return auth.logout(registry, networkFor(network, { signal }).registry);
};
