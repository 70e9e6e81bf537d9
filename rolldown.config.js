// Merges the modules of `build` into few files in `dist`: to find, read and compile hundreds of small ones
// takes longer than all else a run does before its first layer. Other packages stay outside, but for those that draw
// on a terminal: of their 25 MB in 20 packages less than 1 MB is used. What runs load late is a chunk of its own, and
// nothing is minified, so that a stack trace names the functions of `src`.
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';
import { collectLicences } from './scripts/collect-licences.js';

/** Chunks of modules that are always loaded together, with all they import. Shared imports are the first's. */
const GROUPS = {
  shared: [
    'base/errors',
    'base/io-error',
    'oci/digest',
    'base/version',
    'base/sum',
    'report/printable',
    'report/format-number',
  ],
  codecs: ['codec/compressors', 'codec/gzip-inflater', 'codec/hasher', 'codec/verify-block'],
  shell: ['cli/main'],
  run: ['index', 'oci/layer-names'],
  'new-image': [
    'operations/slim-now',
    'operations/analyze-now',
    'operations/look-at-files',
    'operations/diff-images',
    'operations/verify-images',
    'operations/check-rebased',
  ],
  advice: ['operations/advise-image'],
  'slim-action': ['cli/commands/slim-action'],
};

/**
 * What draws on a terminal becomes a chunk of its own, with all that it imports: ink loads its layout engine with a
 * top-level `await`, in front of which Rolldown would put two more files for every other chunk that is loaded late.
 */
const INK_PARTS = `
  export { Box, Text, render } from 'ink';
  export { jsx, jsxs } from 'react/jsx-runtime';
  export { default } from 'string-width';`;
const INK_ENTRY = join(import.meta.dirname, 'build/ink-parts.js');

/** What is imported of them is imported from that chunk. */
const useInk = {
  name: 'use-ink',
  resolveId: (id) => (isOfInk(id) ? { id: './ink.js', external: true } : undefined),
};

const isOfInk = (id) => ['ink', 'react/jsx-runtime', 'string-width'].includes(id);

const inkParts = {
  name: 'ink-parts',
  resolveId: (id, importer = '') => {
    if (id === INK_ENTRY) return id;
    // Ink imports its debugger where a variable asks for that; here it finds none.
    return id === './devtools.js' && importer.includes('/ink/')
      ? { id, external: true }
      : undefined;
  },
  load: (id) => (id === INK_ENTRY ? INK_PARTS : undefined),
};

const main = defineConfig({
  input: {
    index: './build/index.js',
    'cli/main': './build/cli/main.js',
    'cli/docker-plugin': './build/cli/docker-plugin.js',
    'codec/threads/thread': './build/codec/threads/thread.js',
    'cli/explore/decide-thread': './build/cli/explore/decide-thread.js',
  },
  platform: 'node',
  external: (id) => /^[^./]/.test(id) && !isOfInk(id),
  treeshake: false,
  plugins: [useInk],
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

const ink = defineConfig({
  input: { ink: INK_ENTRY },
  platform: 'node',
  external: (id) => isBuiltin(id),
  transform: { define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' } },
  plugins: [inkParts, collectLicences('ink-licences.txt')],
  output: { dir: 'dist/chunks', entryFileNames: '[name].js' },
});

export default [main, ink];
