import { listPackages } from './alpine/list-packages.ts';
import { readApk } from './alpine/read-apk.ts';
import { updateApk } from './alpine/update-apk.ts';
import type { Ecosystem } from './ecosystem.ts';

/** apk: Alpine, Wolfi. */
export const alpine: Ecosystem = {
  name: 'alpine',
  packageDatabase: { type: 'apk', readPackages: readApk, listPackages },
  packageRecords: [/^\/(usr\/)?lib\/apk\/db\/installed$/, /^\/etc\/apk\/world$/],
  tools: [{ name: 'apk', programs: { apk: ['add', 'fetch', 'fix', 'upgrade'] } }],
  alwaysRead: [/^\/(usr\/)?lib\/apk\/db\/installed$/, /^\/etc\/apk\/world$/],
  updateRecords: updateApk,
};
