import type { Ecosystem } from './ecosystem.ts';
import { findDevPackages } from './node/dev-packages.ts';
import { readVersion } from './node/manifest.ts';
import { updateHiddenLocks } from './node/hidden-lock.ts';
import { PACKAGE_RUNNERS, readScripts, scriptsStartedBy } from './node/package-scripts.ts';

export const node: Ecosystem = {
  name: 'node',
  packageSigns: [
    {
      type: 'npm',
      path: /\/node_modules\/((?:@[^/]+\/)?[^@./][^/]*)\/package\.json$/,
      nameEnds: ['package.json'],
      folder: /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//,
      readVersion,
    },
  ],
  packageFolders: ['node_modules'],
  sources: [
    {
      kind: 'code',
      extensions: ['', 'c', 'm'].flatMap((module) =>
        ['js', 'jsx', 'ts', 'tsx'].map((extension) => `${module}${extension}`),
      ),
    },
  ],
  runFunctions: ['exec', 'spawn', 'execa', 'shell'],
  libraryOpeners: [/\bffi/, /koffi/],
  ignoredCallers: [
    /\/node_modules\/(npm|node-gyp|@npmcli|pacote|corepack|yarn|pnpm|node-pre-gyp|@mapbox\/node-pre-gyp|prebuild-install|node-gyp-build|node-addon-api|nan|jake|grunt[^/]*|gulp[^/]*)\//,
    /\/\.npm\//,
  ],
  searchPathVariables: ['NODE_PATH'],
  packageScripts: {
    runners: PACKAGE_RUNNERS,
    file: 'package.json',
    read: readScripts,
    startedBy: scriptsStartedBy,
  },
  alwaysRead: [/\/node_modules\/\.package-lock\.json$/],
  findDevPackages,
  updateRecords: updateHiddenLocks,
};
