import { DIFF_OPTIONS } from '../../options/diff-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const diff: Command = defineCommand({
  name: 'diff',
  summary: 'show how two images differ: files, packages, config, download',
  operands: [
    { name: 'BEFORE', help: 'an image, named as in docs/image-names.md' },
    { name: 'AFTER', help: 'another one, at the same place or at any other' },
  ],
  options: DIFF_OPTIONS,
  examples: [
    ['reslim diff app:1.0 app:1.0-slim', 'what a slim took'],
    ['reslim diff app:1.0 app:1.1 --only packages,config'],
    ['reslim diff app:a app:b --semantic --exit-code', 'is it the same?'],
  ],
  footer: `See docs/diff.md.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 different (with --exit-code).`,
  load: async () => (await import('./diff-action.ts')).runDiff,
});
