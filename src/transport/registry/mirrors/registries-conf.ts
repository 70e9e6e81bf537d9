import { readFile } from 'node:fs/promises';
import { homeFolder } from '../../../base/home-folder.ts';
import { join } from 'node:path';
import { withIoErrors } from '../../../base/io-error.ts';
import { readIfAny } from '../../file-bytes.ts';
import type { UserEnvironment } from '../auth/auth-file.ts';
import type { RegistryRule } from './registry-rule.ts';

/**
 * The mirrors that Podman, Skopeo and Buildah use: of the file `CONTAINERS_REGISTRIES_CONF` names, of
 * the user's own file, or else of the machine's. Rejects with `usage` for a file that cannot be read.
 * @see https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
 */
export const readRegistriesConf = async (
  environment: UserEnvironment,
): Promise<readonly RegistryRule[]> => {
  const { env = process.env, home = homeFolder() } = environment;
  const named = env['CONTAINERS_REGISTRIES_CONF'];
  if (named) return parse(named, await withIoErrors(named, () => readFile(named, 'utf8')));
  const user = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), FILE);
  for (const path of [user, join('/etc', FILE)]) {
    const text = await readIfAny(path);
    if (text) return parse(path, text.toString());
  }
  return [];
};

const FILE = 'containers/registries.conf';

/** Most machines have no such file, and loading what reads it takes a while. */
const parse = async (path: string, text: string): Promise<readonly RegistryRule[]> => {
  const { parseRegistriesConf } = await import('./parse-registries-conf.ts');
  return parseRegistriesConf(path, text);
};
