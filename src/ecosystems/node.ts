import type { Ecosystem } from './ecosystem.ts';
import { BUILDERS } from './node/builders.ts';
import { FOR_SOURCES } from './tool.ts';
import { findDevPackages } from './node/dev-packages.ts';
import { readVersion } from './node/manifest.ts';
import { updateHiddenLocks } from './node/hidden-lock.ts';
import { PACKAGE_RUNNERS, readScripts, scriptsStartedBy } from './node/package-scripts.ts';

/** What all package managers of Node call it. */
const INSTALLS = ['install', 'i', 'add', 'update', 'up', 'upgrade'];

/** Native modules are compiled by node-gyp, which is written in Python. */
const FOR_MODULES: readonly string[] = [...FOR_SOURCES, 'python3'];

export const node: Ecosystem = {
  name: 'node',
  packageSigns: [
    {
      type: 'npm',
      path: /\/node_modules\/((?:@[^/]+\/)?[^@./][^/]*)\/package\.json$/,
      nameEnds: ['package.json'],
      folder: /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//,
      contents: async ({ evidence }) => (evidence.parent ? [evidence.parent] : []),
      readVersion,
    },
  ],
  packageFolders: ['node_modules'],
  packageRecords: [/\/node_modules\/\.package-lock\.json$/],
  testFolders: [/\/node_modules\/.*__tests__$/],
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
    // Tasks for those who work on a package.
    /\/node_modules\/(.*\/)?([Jj]ake|[Gg]runt|[Gg]ulp)file(\.[^/]*)?$/,
  ],
  tools: [
    { name: 'assets', programs: BUILDERS },
    {
      // Services that show errors get them when the application starts; node and a package read them itself.
      name: 'source-maps',
      programs: {
        'sentry-cli': undefined,
        'datadog-ci': ['sourcemaps'],
        'bugsnag-source-maps': undefined,
        'bugsnag-cli': ['upload'],
        'posthog-cli': ['sourcemap'],
        'rollbar-cli': ['upload-sourcemaps'],
        'newrelic-publish-sourcemap': undefined,
        'publish-sourcemap': undefined,
        'elastic-apm-sourcemap-upload': undefined,
        'source-map-uploader': undefined,
      },
      askedBy: [/^NODE_OPTIONS=.*--enable-source-maps\b/],
      signs: [/--enable-source-maps\b/, /['"/ ]source-map-support['"/]/],
    },
    {
      name: 'npm',
      programs: {
        npm: [...INSTALLS, 'ci', 'clean-install', 'rebuild', 'exec', 'x', 'init', 'create'],
        'node-gyp': undefined,
        'prebuild-install': undefined,
        'electron-rebuild': undefined,
        // What is installed is started from where it is.
        npx: [],
      },
      calls: FOR_MODULES,
      offline: [/^npm_config_(prefer_)?offline=(?!false$|0?$)/i],
    },
    {
      name: 'yarn',
      programs: { yarn: ['', ...INSTALLS, 'dlx'], yarnpkg: ['', ...INSTALLS, 'dlx'] },
      calls: FOR_MODULES,
      offline: [/^YARN_(ENABLE_OFFLINE_MODE=(1|true)|ENABLE_NETWORK=(0|false))$/],
    },
    {
      name: 'pnpm',
      programs: { pnpm: [...INSTALLS, 'dlx', 'fetch', 'deploy'], pnpx: undefined },
      calls: FOR_MODULES,
      offline: [/^npm_config_(prefer_)?offline=(?!false$|0?$)/i],
    },
    {
      name: 'bun',
      programs: { bun: [...INSTALLS, 'x', 'create'], bunx: undefined },
      calls: FOR_MODULES,
    },
  ],
  cacheVariables: [
    'BUN_INSTALL_CACHE_DIR',
    'NODE_COMPILE_CACHE',
    'NPM_CONFIG_CACHE',
    'NPM_CONFIG_TMP',
    'PNPM_STORE_DIR',
    'TURBO_CACHE_DIR',
    'YARN_CACHE_FOLDER',
    'npm_config_cache',
    'npm_config_devdir',
    'npm_config_store_dir',
    'npm_config_tmp',
  ],
  searchPathVariables: ['NODE_PATH'],
  modulePathVariables: ['NODE_PATH'],
  optionVariables: { NODE_OPTIONS: 'node' },
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
