import { readFile } from 'node:fs/promises';
import { describe } from 'vitest';
import { anyone, byPassword, byToken, type Access } from '../../../support/registry/access.ts';
import { startRegistry } from '../../../support/registry/registry.ts';
import { requireTools } from '../../../support/requires.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import {
  startCrane,
  startDistribution,
  startReferrersRegistry,
  USER,
  type Distribution,
  type DistributionOptions,
  type Server,
} from './servers.ts';
import { startTokenServer } from './token-server.ts';

export type StartRegistry = (options?: DistributionOptions) => Promise<Distribution>;

export interface Needs {
  /** Tools that the suite needs with any registry. */
  readonly tools?: readonly string[];
  /** Tools that distribution needs for what the suite asks of it. */
  readonly distribution?: readonly string[];
}

/** A suite for the registry in this process, which is everywhere, and for CNCF distribution. */
export const describeRegistries = (
  title: string,
  { tools = [], distribution = [] }: Needs,
  suite: (start: StartRegistry) => void,
): void => {
  describe.runIf(requireTools(...tools))(`${title} in this process`, () => suite(startInProcess));
  describe.runIf(requireTools('docker-registry', ...distribution, ...tools))(
    `${title} of distribution`,
    () => suite(startDistribution),
  );
};

/** The same, and for the registry of go-containerregistry: no logins, no TLS. */
export const describePlainRegistries = (
  title: string,
  { tools = [] }: Pick<Needs, 'tools'>,
  suite: (start: () => Promise<Server>) => void,
): void => {
  describeRegistries(title, { tools }, suite);
  describe.runIf(requireTools('crane', ...tools))(`${title} of crane`, () => suite(startCrane));
};

/** A suite that takes minutes: for CNCF distribution where it is installed, else for the registry in this process. */
export const describeOneRegistry = (
  title: string,
  { distribution = [] }: Pick<Needs, 'distribution'>,
  suite: (start: StartRegistry) => void,
): void => {
  const isInstalled = requireTools('docker-registry', ...distribution);
  const registry = isInstalled
    ? { name: 'distribution', start: startDistribution }
    : { name: 'a registry in this process', start: startInProcess };
  describe(`${title}: ${registry.name}`, () => suite(registry.start));
};

/** A suite for registries that have the referrers API. */
export const describeReferrersRegistries = (
  title: string,
  suite: (start: () => Promise<Server>) => void,
): void => {
  describe(`${title} in this process`, () => suite(() => startInProcess({ referrers: true })));
  describe.runIf(requireTools('reslim-referrers-registry'))(`${title} of crane`, () =>
    suite(startReferrersRegistry),
  );
};

/** The registry of this process, with what is asked of distribution elsewhere. */
const startInProcess = async (
  options: DistributionOptions & { readonly referrers?: boolean } = {},
): Promise<Distribution> => {
  const { auth, address, tls, clientCertificates = false, referrers = false } = options;
  const folder = tempFolder();
  const certificates = tls ? await makeCertificates(folder) : undefined;
  const tokens =
    auth === 'token'
      ? await startTokenServer({ lifetime: options.tokenLifetime ?? 300, realm: options.realm })
      : undefined;
  const access: Access = tokens ? byToken(tokens) : auth === 'htpasswd' ? byPassword(USER) : anyone;
  const registry = await startRegistry({
    access,
    referrers,
    ...(address && { address }),
    ...(certificates && { tls: await tlsOptions(certificates, clientCertificates) }),
  });
  const close = async (): Promise<void> => {
    await registry.close();
    await tokens?.close();
  };
  return { host: registry.host, folder, certificates, tokens, close };
};

const tlsOptions = async (
  { serverCert, serverKey, ca }: Certificates,
  clientCertificates: boolean,
): Promise<object> => ({
  cert: await readFile(serverCert),
  key: await readFile(serverKey),
  ...(clientCertificates && {
    ca: await readFile(ca),
    requestCert: true,
    rejectUnauthorized: true,
  }),
});
