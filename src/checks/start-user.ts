/** The largest `/etc/passwd` that is read, in bytes. */
export const PASSWD_SIZE: number = 1024 * 1024;

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
