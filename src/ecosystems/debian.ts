import { listPackages } from './debian/list-packages.ts';
import { readAlternatives } from './debian/read-alternatives.ts';
import { readDpkg } from './debian/read-dpkg.ts';
import { removeFromDpkg } from './debian/remove-packages.ts';
import type { Ecosystem } from './ecosystem.ts';

/** dpkg and apt: Debian, Ubuntu, distroless. */
export const debian: Ecosystem = {
  name: 'debian',
  packageDatabase: { type: 'deb', readPackages: readDpkg, readAlternatives, listPackages },
  ignoredCallers: [/^\/(var\/lib\/(dpkg|apt)|etc\/alternatives)\//],
  alwaysRead: [
    /^\/var\/lib\/dpkg\/(status|diversions|info\/[^/]+\.list|(status\.d|alternatives)\/[^/]+)$/,
    /^\/var\/lib\/apt\/extended_states$/,
  ],
  updateRecords: removeFromDpkg,
};
