import { homeFolder } from '../base/home-folder.ts';
import { isAbsolute, join } from 'node:path';

/** The folder of reslim's cache for this user. @see https://specifications.freedesktop.org/basedir-spec/latest/ */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string => {
  const stated = env['XDG_CACHE_HOME'];
  const home = stated !== undefined && isAbsolute(stated) ? stated : join(homeFolder(), '.cache');
  return join(home, 'reslim');
};
