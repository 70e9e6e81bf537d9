import { isAbsolute, join } from 'node:path';
import { homeFolder, type Environment } from '../base/home-folder.ts';

/**
 * Where this user's runs leave what later ones must know; unlike the cache, it changes what they do.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export const stateFolder = (env: Environment = process.env): string => {
  const stated = env['XDG_STATE_HOME'];
  const home =
    stated !== undefined && isAbsolute(stated) ? stated : join(homeFolder(), '.local', 'state');
  return join(home, 'reslim');
};
