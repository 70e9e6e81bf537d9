import { MIRROR_IMPORT_OPTIONS, MIRROR_LINT_OPTIONS } from '../../options/mirror-file-options.ts';
import { defineCommand, type Command } from '../command.ts';

/** Commands for mirror files, below `mirror`. */
export const MIRROR_FILE_COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'lint',
    summary: 'find mistakes in a mirror file',
    operands: [{ name: 'FILE', help: 'a mirror file' }],
    options: MIRROR_LINT_OPTIONS,
    examples: [['reslim mirror lint mirror.yaml']],
    footer: `No registry is asked, and no secret is read: docs/mirror-file.md.
Exit status: 0 no error, 2 errors.`,
    load: async () => (await import('./mirror-lint-action.ts')).runMirrorLint,
  }),
  defineCommand({
    name: 'import',
    summary: 'make a mirror file of one of skopeo sync or regsync',
    operands: [{ name: 'FILE', help: 'what they are given; - is stdin' }],
    options: MIRROR_IMPORT_OPTIONS,
    examples: [
      ['reslim mirror import regsync.yml -o mirror.yaml'],
      ['reslim mirror import sync.yml --to registry.example/mirror --all'],
    ],
    footer: `Comments stay, and what cannot be said is told: docs/mirror-file.md.
Exit status: 0 done, 1 failed, 2 wrong usage.`,
    load: async () => (await import('./mirror-import-action.ts')).runMirrorImport,
  }),
];
