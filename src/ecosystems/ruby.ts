import type { Ecosystem } from './ecosystem.ts';
import type { PackageContents } from './found-package.ts';
import { FOR_SOURCES } from './tool.ts';

/** Tasks of Rails that build assets. */
const ASSET_TASKS = [
  'assets:precompile',
  'assets:environment',
  'css:build',
  'javascript:build',
  'shakapacker:compile',
  'tailwindcss:build',
  'vite:build',
  'webpacker:compile',
];

/** Gems lie beside the folder of their specifications, what was compiled for them below `extensions`. */
const gemContents: PackageContents = async ({ evidence }) => {
  const name = evidence.name.replace(/\.gemspec$/, '');
  const specifications =
    evidence.parent?.name === 'default' ? evidence.parent.parent : evidence.parent;
  const home = specifications?.parent;
  const gem = home?.children?.get('gems')?.children?.get(name);
  const platforms = [...(home?.children?.get('extensions')?.children?.values() ?? [])];
  const compiled = platforms
    .flatMap(({ children }) => [...(children?.values() ?? [])])
    .flatMap(({ children }) => children?.get(name) ?? []);
  return [evidence, ...(gem ? [gem] : []), ...compiled];
};

export const ruby: Ecosystem = {
  name: 'ruby',
  packageSigns: [
    {
      type: 'gem',
      path: /\/specifications\/(?:default\/)?([^/]+)-(\d[^/]*)\.gemspec$/,
      nameEnds: ['.gemspec'],
      contents: gemContents,
    },
  ],
  packageFolders: ['gems'],
  testFolders: [/\/gems\/[^/]+\/(spec|test|features|benchmarks?|\.github|\.yardoc)$/],
  sources: [
    { kind: 'code', extensions: ['rb', 'ru', 'rake'] },
    // Foreman's; other languages took it over.
    { kind: 'shell', names: ['Procfile'] },
  ],
  runFunctions: ['exec', 'spawn', 'system', 'popen', '%x'],
  libraryOpeners: [/\bffi/, /FFI/, /Fiddle/],
  ignoredCallers: [
    /\/lib\/ruby\/([0-9.]+\/)?(rubygems|bundler|mkmf|site_ruby|vendor_ruby\/(rubygems|bundler))[/.]/,
    /\/gems\/(bundler|rake|rake-compiler|mini_portile2|rubygems-update|pkg-config|bootsnap|msgpack)-[^/]*\//,
    /\/(rbconfig|mkmf|extconf)\.rb$/,
  ],
  tools: [
    {
      name: 'assets',
      programs: {
        ...Object.fromEntries(['rails', 'rake'].map((program) => [program, ASSET_TASKS])),
        jekyll: ['build', 'serve', 'b', 's'],
        middleman: undefined,
        nanoc: undefined,
      },
    },
    {
      name: 'bundler',
      programs: {
        bundle: ['', 'install', 'update', 'add'],
        bundler: ['', 'install', 'update', 'add'],
      },
      calls: FOR_SOURCES,
      offline: [/^BUNDLE_(LOCAL|PREFER_LOCAL)=(?!false$|0?$)/],
    },
    { name: 'gem', programs: { gem: ['install', 'update', 'fetch'] }, calls: FOR_SOURCES },
  ],
  timeRecords: [
    {
      // Sources compiled by bootsnap: size and time are part of the key at the beginning.
      names: /^[0-9a-f]+$/,
      folders: /\/bootsnap[^/]*\/compile-cache[^/]*\//,
      read: async (_path, file) => {
        if (file.size < 32) return [];
        const key = await file.read(16, 16);
        return [{ size: Number(key.readBigUInt64LE(0)), mtime: Number(key.readBigUInt64LE(8)) }];
      },
    },
  ],
  cacheVariables: ['BUNDLE_CACHE_PATH', 'BUNDLE_USER_CACHE', 'BOOTSNAP_CACHE_DIR'],
  modulePathVariables: ['RUBYLIB'],
  optionVariables: { RUBYOPT: 'ruby' },
  searchPathVariables: ['GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH', 'RUBYLIB'],
};
