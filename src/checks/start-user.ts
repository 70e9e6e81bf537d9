import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { readText } from '../tree/read-text.ts';
import { resolvePath } from '../tree/resolve.ts';

/** The largest `/etc/passwd` that is read, in bytes. */
const PASSWD_SIZE = 1024 * 1024;

/** The accounts of an image; empty where there are none. */
export const readPasswd = async (root: Node, open: OpenFile): Promise<string> =>
  (await readText(open, resolvePath(root, 'etc/passwd').node, PASSWD_SIZE)) ?? '';

/**
 * Whether containers start as root: `user` of the config is empty, `root`, the number 0, or the name of a user that
 * `passwd` gives this number.
 */
export const startsAsRoot = (user: string, passwd: string): boolean => {
  const name = user.split(':', 1)[0] as string;
  if (/^\d*$/.test(name)) return Number(name) === 0;
  const line = passwd.split('\n').find((each) => each.startsWith(`${name}:`));
  return line === undefined ? name === 'root' : Number(line.split(':')[2]) === 0;
};
