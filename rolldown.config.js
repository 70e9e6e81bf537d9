// Merges the modules of `build` into few files in `dist`: to find, read and compile hundreds of small ones
// takes longer than all else a run does before its first layer. Other packages stay outside, what runs load
// late is a chunk of its own, and nothing is minified, so that a stack trace names the functions of `src`.
import { defineConfig } from 'rolldown';

/** Chunks of modules that are always loaded together, with all they import. Shared imports are the first's. */
const GROUPS = {
  shared: [
    'base/errors',
    'base/io-error',
    'oci/digest',
    'base/version',
    'report/printable',
    'report/format-number',
  ],
  codecs: ['codec/compressors', 'codec/gzip-inflater', 'codec/hasher'],
  shell: ['cli/main'],
  run: ['index', 'oci/layer-names'],
  'new-image': [
    'operations/slim-now',
    'operations/analyze-now',
    'operations/look-at-files',
    'operations/diff-images',
  ],
  advice: ['operations/advise-image'],
  'slim-action': ['cli/commands/slim-action'],
};

export default defineConfig({
  input: {
    index: './build/index.js',
    'cli/main': './build/cli/main.js',
    'cli/docker-plugin': './build/cli/docker-plugin.js',
    'codec/threads/thread': './build/codec/threads/thread.js',
  },
  platform: 'node',
  external: /^[^./]/,
  treeshake: false,
  output: {
    dir: 'dist',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: {
      groups: Object.entries(GROUPS).map(([name, modules], at, { length }) => ({
        name,
        test: new RegExp(`/build/(${modules.join('|')})\\.js$`),
        priority: length - at,
      })),
    },
  },
});
