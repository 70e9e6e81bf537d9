import { homeFolder } from '../../base/home-folder.ts';
import type { EventListener } from '../../api/events.ts';
import type { NetworkOptions } from '../../api/options.ts';
import type { UserEnvironment } from './auth/auth-file.ts';
import type { Credential } from './auth/credential.ts';
import { environmentCaFiles, usualCertsFolders } from './http/tls.ts';
import { HttpClient } from './http/http-client.ts';
import type { SharedHosts } from './hosts/open-hosts.ts';
import type { RegistrySettings } from '../../api/registry-settings.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './settings.ts';

/** How to reach registries, the same for all of a run. */
export interface RegistryOptions extends UserEnvironment {
  /** Hosts (`name` or `name:port`) whose certificate is not checked and that may speak plain http. */
  readonly insecure?: readonly string[] | undefined;
  /** PEM bundles trusted beside the usual authorities. */
  readonly caFiles?: readonly string[] | undefined;
  /** @default Docker's and Podman's `certs.d` */
  readonly certsFolders?: readonly string[] | undefined;
  /** The registry `RESLIM_USERNAME`/`RESLIM_PASSWORD` are for; see `environmentRegistry`. */
  readonly environmentRegistry?: string | undefined;
  /** Logins by host, which go before those of the environment and of files. */
  readonly logins?: NetworkOptions['logins'];
  /** Used instead of everything that files and the environment say. */
  readonly credential?: Credential | undefined;
  /** What is shared with other sessions. @default nothing */
  readonly hosts?: SharedHosts | undefined;
  readonly onEvent?: EventListener | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Overrides of `DEFAULT_REGISTRY_SETTINGS`. */
  readonly settings?: Partial<RegistrySettings> | undefined;
}

export const createHttpClient = (options: RegistryOptions): HttpClient => {
  const { env = process.env, home = homeFolder(), insecure = [], caFiles = [], hosts } = options;
  return new HttpClient(
    { ...DEFAULT_REGISTRY_SETTINGS, ...options.settings },
    {
      env,
      insecure: [...insecure, ...(hosts?.insecure ?? [])],
      shared: hosts,
      caFiles: [...caFiles, ...environmentCaFiles(env)],
      certsFolders: options.certsFolders ?? usualCertsFolders(home),
    },
  );
};
