import type { RegistryOptions } from '../../../../src/transport/registry/options.ts';
import type { RegistrySettings } from '../../../../src/api/registry-settings.ts';

/** Patience of a test: failures are made at once, so they are given up at once. */
export const FAST: Partial<RegistrySettings> = {
  attempts: 4,
  backoff: 5,
  backoffMax: 20,
  connectTimeout: 2000,
  headersTimeout: 15_000,
  finishTimeout: 15_000,
  stallWindow: 1000,
  stallBytes: 1024,
};

/** What an operation needs of the network where it runs by itself. */
export const NETWORK: {
  readonly env: { readonly PATH: string | undefined };
  readonly home: string;
  readonly settings: Partial<RegistrySettings>;
} = { env: { PATH: process.env['PATH'] }, home: '/nonexistent', settings: FAST };

/** Nothing of this machine's user: no logins, no proxies. */
export const isolated = (options: RegistryOptions = {}): RegistryOptions => ({
  env: { PATH: process.env['PATH'] },
  home: '/nonexistent',
  certsFolders: [],
  ...options,
  settings: { ...FAST, ...options.settings },
});
