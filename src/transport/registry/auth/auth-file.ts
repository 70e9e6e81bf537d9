import { homeFolder, type Environment } from '../../../base/home-folder.ts';
import { join } from 'node:path';
import { ReslimError } from '../../../base/errors.ts';
import { parseJson, type JsonObject } from '../../../oci/json.ts';
import { readIfAny } from '../../file-bytes.ts';

/** Where the settings of the user are found. Tests name other folders. */
export interface UserEnvironment {
  /** @default process.env */
  readonly env?: Environment | undefined;
  /** @default the user's home folder */
  readonly home?: string | undefined;
  /** Read before all others, and written by login. */
  readonly authFile?: string | undefined;
}

/**
 * The files in which credentials are looked for, in this order: the one that was named, Docker's, Podman's.
 * @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export const authFiles = (environment: UserEnvironment): readonly string[] => {
  const { env = process.env, home = homeFolder(), authFile } = environment;
  const named = [authFile, env['REGISTRY_AUTH_FILE']];
  const docker = join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json');
  const runtime = env['XDG_RUNTIME_DIR'];
  const podman = [
    runtime && join(runtime, 'containers/auth.json'),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'),
  ];
  return [...new Set([...named, docker, ...podman].filter((path): path is string => !!path))];
};

/** The file that login writes. */
export const loginFile = (environment: UserEnvironment): string =>
  authFiles(environment)[0] as string;

/** A parsed file; `undefined` if there is none. Unknown members are kept, for when it is written. */
export const readAuthFile = async (path: string): Promise<JsonObject | undefined> => {
  const bytes = await readIfAny(path);
  if (!bytes) return undefined;
  // Tools create it empty before they fill it.
  if (bytes.length === 0) return {};
  try {
    return parseJson(bytes, path);
  } catch (cause) {
    // The parser's own message may quote the file, and the file holds passwords.
    throw new ReslimError('usage', `not JSON, ${path}`, {
      hint: 'fix the file, or name another with REGISTRY_AUTH_FILE',
      ...(cause instanceof ReslimError ? {} : { cause }),
    });
  }
};
