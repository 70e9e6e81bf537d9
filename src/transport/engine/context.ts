import type { Environment } from '../../base/home-folder.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ReslimError } from '../../base/errors.ts';
import { quote } from '../../oci/digest.ts';
import { asObject, parseJson, type JsonObject } from '../../oci/json.ts';
import { readIfAny } from '../file-bytes.ts';

/** The address of an engine, from a Docker context or the environment. */
export interface EngineAddress {
  /** `unix:///path`, `tcp://host:port`, `ssh://…` */
  readonly host: string;
  /** Folder of `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certFolder?: string | undefined;
  readonly skipVerify?: boolean | undefined;
  /** Where the address was found; names it in errors. */
  readonly from: string;
}

/**
 * The address in the Docker context that is in use; `undefined` for the `default` one.
 * @see https://docs.docker.com/engine/manage-resources/contexts/
 */
export const readContext = async (
  folder: string,
  env: Environment,
): Promise<EngineAddress | undefined> => {
  const config = await readJson(join(folder, 'config.json'));
  const name = env['DOCKER_CONTEXT'] || config?.['currentContext'];
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts/meta', id, 'meta.json'));
  const from = `Docker context ${quote(name)}`;
  if (!meta)
    throw new ReslimError('not-found', `no such ${from}`, { hint: 'docker context ls shows them' });
  const endpoints = asObject(meta['Endpoints'] ?? {}, `endpoints of ${from}`);
  const { Host: host, SkipTLSVerify: skip } = asObject(
    endpoints['docker'] ?? {},
    `endpoint of ${from}`,
  );
  if (typeof host !== 'string') throw new ReslimError('usage', `no host in ${from}`);
  const certFolder = join(folder, 'contexts/tls', id, 'docker');
  return { host, from, skipVerify: skip === true, certFolder };
};

const readJson = async (path: string): Promise<JsonObject | undefined> => {
  const bytes = await readIfAny(path);
  return bytes && parseJson(bytes, path);
};
