import type { RunOptions } from '../api/options.ts';
import { networkFor } from '../transport/network.ts';
import * as auth from '../transport/registry/auth/login.ts';
import type { KeptIn, LoginRequest } from '../transport/registry/auth/login.ts';
import * as stored from '../transport/registry/auth/logout.ts';

export type LoginOptions = Pick<RunOptions, 'network' | 'signal'>;

/**
 * Checks a login with its registry and stores it where Docker and Podman find it, too. Rejects with a
 * `ReslimError` when the registry refuses it; nothing is stored then.
 */
export const login = (
  request: LoginRequest,
  { network, signal }: LoginOptions = {},
): Promise<KeptIn> => auth.login(request, networkFor(network, { signal }).registry);

/** Deletes a stored login. Resolves with whether there was one. */
export const logout = (
  registry: string,
  { network, signal }: LoginOptions = {},
): Promise<boolean> => stored.logout(registry, networkFor(network, { signal }).registry);
