import type { Handler } from './action.ts';
import { interpreterCommands } from './interpreters.ts';
import { packageCommands } from './package-runners.ts';
import { readerCommands } from './readers.ts';
import { shellCommands } from './shells.ts';
import { supervisorCommands } from './supervisors.ts';
import { textToolCommands } from './text-tools.ts';
import { wrapperCommands } from './wrappers.ts';

const TABLES = [
  wrapperCommands,
  shellCommands,
  interpreterCommands,
  packageCommands,
  readerCommands,
  supervisorCommands,
  textToolCommands,
];

/** Commands whose words are no programs that they start. */
const PLAIN = new Set(
  (
    'apk apt apt-get adduser addgroup b2sum base64 basename blkid chgrp chmod chown cksum clear cmp comm curl cut date deluser df ' +
    'diff dirname dmesg dpkg du echo envsubst expr free getent getopt groupadd groupmod head hostname id ifconfig ip ' +
    'kill killall ln ls md5sum mkdir mkfifo mknod mktemp more mount mountpoint nc netstat nl nproc openssl passwd paste pgrep ' +
    'pidof ping pkill print printenv printf ps pwd readlink realpath rm rmdir rev seq sha1sum sha256sum sha512sum shred shuf sleep stat stty ' +
    'sync sysctl tail tee touch tput tr true tty umount uname uniq unlink uptime useradd usermod wait wget which who whoami yes ' +
    'git'
  ).split(' '),
);

/** The same of servers. */
const SERVERS = new Set('apache2 httpd mongod mysqld nginx postgres redis-server'.split(' '));

/** How the command lines of a program are read; none where nobody knows the program. */
export const handlersOf = (name: string): readonly Handler[] => {
  const found = tablesFor(name);
  // `python3.11`, `php-fpm8.2`, `pypy3`
  return found.length > 0 ? found : tablesFor(name.replace(/-?\d+(\.\d+)*$/, ''));
};

const tablesFor = (name: string): Handler[] =>
  TABLES.flatMap((table) => (Object.hasOwn(table, name) ? [table[name] as Handler] : []));

/** Whether a program may read the folders that its words name: applications do, and what nobody knows. */
export const mayRead = (name: string): boolean =>
  SERVERS.has(name) ||
  !isKnownCommand(name) ||
  (handlersOf(name).length > 0 &&
    handlersOf(name).every((handler) => Object.values(interpreterCommands).includes(handler)));

/** Whether it is known of a program that it starts what its words name, or that it does not. */
export const isKnownCommand = (name: string): boolean =>
  PLAIN.has(name) || SERVERS.has(name) || handlersOf(name).length > 0;
