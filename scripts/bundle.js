// The last step of a build: merges its modules into few files in dist/chunks. To find, read and compile
// hundreds of small ones takes longer than all else a run does before its first layer. What runs load late
// stays apart, the packages of others stay where they are, and nothing is made short, so that a stack trace
// names the functions of `src`. The modules themselves stay, too: tests load them one by one.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** Modules that are loaded by their place: what is left of them there leads to a chunk. */
const ENTRIES = ['index', 'cli/main', 'cli/docker-plugin', 'codec/threads/thread'];

/** Whoever loads one of these needs all of it, with all it imports. What several import is the first's. */
const GROUPS = Object.entries({
  shared: [
    'base/errors',
    'base/io-error',
    'oci/digest',
    'base/version',
    'report/printable',
    'report/format-number',
  ],
  codecs: ['codec/compressor', 'codec/inflater', 'codec/hasher'],
  shell: ['cli/main'],
  run: ['index'],
  'new-image': ['operations/slim-image', 'operations/image-notes', 'report/image-report'],
  'slim-command': ['cli/commands/slim-command', 'cli/settings/settings-file'],
});

const nameOf = (file) => relative(DIST, file).replaceAll('\\', '/');

/** Modules find files by where they lie; from a chunk they see the place they had before. */
const keepPlaces = {
  name: 'keep-places',
  transform: (code, file) =>
    code.replaceAll('import.meta.url', `new URL('../${nameOf(file)}', import.meta.url).href`),
};

const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((name) => [name, `${DIST}${name}.js`])),
  platform: 'node',
  external: /^[^./]/,
  treeshake: false,
  plugins: [keepPlaces],
});
const { output } = await bundle.write({
  dir: DIST,
  minify: false,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  codeSplitting: {
    groups: GROUPS.map(([name, modules], at) => ({
      name,
      test: (file) => modules.some((module) => nameOf(file) === `${module}.js`),
      priority: GROUPS.length - at,
    })),
  },
});
const misplaced = output.find(({ isEntry, code }) => isEntry && code.includes('import.meta'));
if (misplaced) throw new Error(`${misplaced.fileName} asks where it lies, and is in no chunk`);
