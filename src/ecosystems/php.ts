import { toBytes } from '../base/byte-path.ts';
import { nodeAt } from '../tree/node.ts';
import type { Ecosystem } from './ecosystem.ts';
import { FOR_SOURCES } from './tool.ts';
import { readInstalled } from './php/installed-packages.ts';

/** @see https://getcomposer.org/doc/07-runtime.md#installed-versions */
const INSTALLED = /vendor\/composer\/installed\.json$/;

export const php: Ecosystem = {
  name: 'php',
  packageSigns: [
    {
      type: 'composer',
      path: INSTALLED,
      nameEnds: ['installed.json'],
      read: readInstalled,
      contents: async ({ name, evidence }) => {
        const vendor = evidence.parent?.parent;
        const folder = vendor && nodeAt(vendor, toBytes(name));
        return folder ? [folder] : [];
      },
    },
  ],
  sources: [{ kind: 'code', extensions: ['php'] }],
  runFunctions: ['exec', 'shell', 'system', 'popen', 'proc_open', 'passthru'],
  libraryOpeners: [/FFI/],
  ignoredCallers: [/\/composer(\.phar|\/composer\/)/, /^\/usr\/src\/php[^/]*\//],
  tools: [
    {
      name: 'composer',
      programs: {
        composer: ['install', 'i', 'update', 'require', 'create-project', 'global', 'reinstall'],
      },
      calls: ['git', 'unzip', '7z'],
      offline: [/^COMPOSER_DISABLE_NETWORK=(?!0?$)/],
    },
    {
      // Compiles extensions.
      name: 'pecl',
      programs: {
        pecl: ['install', 'upgrade'],
        phpize: undefined,
        pie: ['install'],
        'docker-php-ext-install': undefined,
        'install-php-extensions': undefined,
      },
      calls: [...FOR_SOURCES, 'autoconf', 'phpize', 're2c'],
    },
  ],
  timeRecords: [
    // The file cache of opcache: below a folder with the system's id, the paths of the sources.
    {
      names: /\.php\.bin$/,
      folders: /\/[0-9a-f]{32}\//,
      read: (path) => [
        { path: path.replace(/^.*\/[0-9a-f]{32}(?=\/)/, '').slice(0, -'.bin'.length) },
      ],
    },
    // Views that Laravel has compiled must be later than their sources.
    {
      names: /\.php$/,
      folders: /\/storage\/framework\/views$/,
      read: (path) => [{ path }],
    },
  ],
  cacheVariables: ['COMPOSER_CACHE_DIR', 'COMPOSER_HOME'],
  alwaysRead: [INSTALLED],
};
