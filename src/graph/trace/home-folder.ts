import { toBytes } from '../../base/byte-path.ts';
import { readText } from '../../tree/read-text.ts';
import { resolvePath } from '../../tree/resolve.ts';
import { UNKNOWN } from '../word.ts';
import type { Trace } from './state.ts';

/**
 * The value of `HOME` in a container, where the config does not set it: runtimes take it from `/etc/passwd`, and `/` for a
 * number that is not there. What nobody can tell is `UNKNOWN`.
 */
export const homeFolder = async ({
  root,
  config,
  open,
}: Pick<Trace, 'root' | 'config' | 'open'>): Promise<string> => {
  const [user = ''] = toBytes(config.runtime.user).split(':');
  const passwd = await readText(open, resolvePath(root, 'etc/passwd').node, MAX_PASSWD);
  const account = passwd
    ?.split('\n')
    .map((line) => line.split(':'))
    .find(([name, , id]) => (user === '' ? id === '0' : name === user || id === user));
  const home = account?.[5] ?? '';
  if (home.startsWith('/')) return home;
  if (user === '' || user === '0' || user === 'root') return '/root';
  return /^\d+$/.test(user) && !account ? '/' : UNKNOWN;
};

/** Bytes. */
const MAX_PASSWD = 1024 * 1024;
