import type { Environment } from '../../../base/home-folder.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { ReslimError } from '../../../base/errors.ts';
import { unlessMissing, withIoErrors } from '../../../base/io-error.ts';
import { isListed } from './url.ts';

export interface TlsOptions {
  readonly insecure: readonly string[];
  /** PEM bundles trusted beside the usual authorities. */
  readonly caFiles: readonly string[];
  /** Folders with a subfolder for each `host[:port]`, as Docker and Podman keep them. */
  readonly certsFolders: readonly string[];
}

/** What undici and `tls.connect` take; an empty object means Node's defaults. */
export interface TlsSettings {
  readonly ca?: string[] | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** Finds authorities and client certificate for a host. A file that was named must be readable. */
export const readTlsSettings = async (host: string, options: TlsOptions): Promise<TlsSettings> => {
  const folders = options.certsFolders.map((folder) => join(folder, host));
  const found = await Promise.all(folders.map(readCertsFolder));
  const named = await Promise.all(options.caFiles.map(readNamed));
  const extra = [...named, ...found.flatMap((one) => one.authorities)];
  const client = found.find((one) => one.client)?.client;
  return {
    // Authorities that are passed replace Node's own, so those are passed as well.
    ...(extra.length > 0 && { ca: [...usualAuthorities(), ...extra] }),
    ...client,
    ...(isListed(options.insecure, host) && { rejectUnauthorized: false }),
  };
};

/** Where Docker and Podman look: the machine's folders and the user's. */
export const usualCertsFolders = (home: string): readonly string[] => [
  join(home, '.config/containers/certs.d'),
  '/etc/containers/certs.d',
  join(home, '.config/docker/certs.d'),
  '/etc/docker/certs.d',
];

/** CA bundles that the environment names. */
export const environmentCaFiles = (env: Environment): readonly string[] => {
  const named = [env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS']];
  return [...new Set(named)].filter((path): path is string => !!path);
};

const usualAuthorities = (): readonly string[] =>
  'getCACertificates' in tls
    ? (tls as { getCACertificates: (kind: 'default') => string[] }).getCACertificates('default')
    : tls.rootCertificates;

interface HostCertificates {
  readonly authorities: readonly string[];
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
}

/**
 * `*.crt` are authorities; `x.cert` is a client certificate with `x.key` beside it.
 * @see https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
 */
const readCertsFolder = async (folder: string): Promise<HostCertificates> => {
  const listed = await withIoErrors(folder, () => unlessMissing(readdir(folder)));
  const names = (listed ?? []).toSorted();
  const read = (name: string): Promise<string> => readNamed(join(folder, name));
  const authorities = await Promise.all(names.filter((name) => name.endsWith('.crt')).map(read));
  const cert = names.find((name) => name.endsWith('.cert'));
  if (cert === undefined) return { authorities };
  const key = cert.replace(/cert$/, 'key');
  if (!names.includes(key)) {
    throw new ReslimError('usage', `${cert} has no ${key} beside it, ${folder}`);
  }
  return { authorities, client: { cert: await read(cert), key: await read(key) } };
};

const readNamed = (path: string): Promise<string> =>
  withIoErrors(path, () => readFile(path, 'utf8'));
