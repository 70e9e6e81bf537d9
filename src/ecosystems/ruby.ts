import type { Ecosystem } from './ecosystem.ts';

export const ruby: Ecosystem = {
  name: 'ruby',
  packageSigns: [
    {
      type: 'gem',
      path: /\/specifications\/(?:default\/)?([^/]+)-(\d[^/]*)\.gemspec$/,
      nameEnds: ['.gemspec'],
    },
  ],
  packageFolders: ['gems'],
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
  searchPathVariables: ['GEM_HOME', 'GEM_PATH', 'BUNDLE_PATH', 'RUBYLIB'],
  recipes: { foreman: ['Procfile'] },
};
