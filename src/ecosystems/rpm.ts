import type { Ecosystem } from './ecosystem.ts';

/** What reads the metadata of repositories. */
const DNF_VERBS = [
  'install',
  'in',
  'update',
  'up',
  'upgrade',
  'reinstall',
  'groupinstall',
  'builddep',
  'swap',
  'module',
];

/** Its databases are Berkeley DB, NDB or SQLite. */
export const rpm: Ecosystem = {
  name: 'rpm',
  tools: [
    {
      name: 'dnf',
      programs: Object.fromEntries(
        ['dnf', 'dnf5', 'microdnf', 'yum', 'zypper'].map((program) => [program, DNF_VERBS]),
      ),
    },
  ],
  unreadDatabases: ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
};
