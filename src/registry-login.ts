import type { NetworkOptions } from './slim-types.ts';
import { networkFor } from './transport/network.ts';
import { login as logIn, type KeptIn, type LoginRequest } from './transport/registry/auth/login.ts';
import { logout as logOut } from './transport/registry/auth/logout.ts';

export interface LoginOptions {
  readonly network?: NetworkOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks a login with its registry and keeps it where Docker or Podman find it, too. Rejects with a
 * `ReslimError` when the registry says no; nothing is kept then.
 */
export const login = (
  request: LoginRequest,
  { network, signal }: LoginOptions = {},
): Promise<KeptIn> => logIn(request, networkFor(network, { signal }).registry);

/** Forgets a login. Resolves with whether there was one. */
export const logout = (
  registry: string,
  { network, signal }: LoginOptions = {},
): Promise<boolean> => logOut(registry, networkFor(network, { signal }).registry);
