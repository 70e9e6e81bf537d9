import type { Ecosystem } from './ecosystem.ts';

/** Its databases are Berkeley DB, NDB or SQLite. */
export const rpm: Ecosystem = {
  name: 'rpm',
  unreadDatabases: ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
};
