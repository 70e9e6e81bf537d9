import { listPackages } from './debian/list-packages.ts';
import { readAlternatives } from './debian/read-alternatives.ts';
import { readDpkg } from './debian/read-dpkg.ts';
import { updateDpkg } from './debian/update-dpkg.ts';
import type { Ecosystem } from './ecosystem.ts';

/** What reads the lists of packages. */
const APT_VERBS = [
  'install',
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'build-dep',
  'download',
  'source',
  'satisfy',
  'reinstall',
];

/** dpkg and apt: Debian, Ubuntu, distroless. */
export const debian: Ecosystem = {
  name: 'debian',
  packageDatabase: { type: 'deb', readPackages: readDpkg, readAlternatives, listPackages },
  packageRecords: [
    /^\/var\/lib\/dpkg\/(status|(triggers|alternatives)\/[^/]+|(info|status\.d)\/[^/]+\.(list|md5sums|conffiles))$/,
    /^\/var\/lib\/apt\/extended_states$/,
  ],
  tools: [
    {
      name: 'apt',
      programs: Object.fromEntries(
        ['apt', 'apt-get', 'aptitude'].map((program) => [program, APT_VERBS]),
      ),
    },
  ],
  ignoredCallers: [/^\/(var\/lib\/(dpkg|apt)|etc\/alternatives)\//],
  alwaysRead: [
    /^\/var\/lib\/dpkg\/(status|diversions|info\/[^/]+\.list|(status\.d|alternatives)\/[^/]+)$/,
    /^\/var\/lib\/apt\/extended_states$/,
  ],
  updateRecords: updateDpkg,
};
