import type { FlagsOf } from './option.ts';
import { JSON_OUTPUT } from './shared-options.ts';

/** All options of `reslim mirror lint`. */
export const MIRROR_LINT_OPTIONS: typeof JSON_OUTPUT = JSON_OUTPUT;

export type MirrorLintFlags = FlagsOf<typeof MIRROR_LINT_OPTIONS>;

/** All options of `reslim mirror import`. */
export const MIRROR_IMPORT_OPTIONS = {
  output: {
    type: 'file',
    value: 'FILE',
    short: 'o',
    group: 'output',
    help: 'where the mirror file is written, if not to stdout',
  },
  format: {
    type: 'choice',
    value: 'PROGRAM',
    choices: ['skopeo', 'regsync'],
    group: 'source',
    help: 'whose file it is (default: by what it looks like)',
  },
  to: {
    type: 'text',
    value: 'PLACE',
    group: 'source',
    help: 'destination of skopeo sync, which its file does not say',
  },
  scoped: {
    type: 'switch',
    group: 'source',
    help: 'skopeo sync has --scoped',
  },
  all: {
    type: 'switch',
    group: 'source',
    help: 'skopeo sync has --all: all platforms',
  },
  'append-suffix': {
    type: 'text',
    value: 'TEXT',
    group: 'source',
    help: 'skopeo sync has --append-suffix',
  },
} as const;

export type MirrorImportFlags = FlagsOf<typeof MIRROR_IMPORT_OPTIONS>;
