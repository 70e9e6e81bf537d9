import { REBASE_OPTIONS } from '../../options/rebase-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const rebase: Command = defineCommand({
  name: 'rebase',
  summary: 'put an image on another base without building it again',
  usage: 'SOURCE --new IMAGE -o TARGET [options]',
  operands: [{ name: 'SOURCE', help: 'an image, named as in docs/image-names.md' }],
  options: REBASE_OPTIONS,
  examples: [
    ['reslim rebase app:1.0 --old debian:12.5 --new debian:12.6 -o app:1.0-r1'],
    ['reslim rebase app:1.0 --new debian:12.6 --dry-run', 'would it work?'],
  ],
  footer: `See docs/rebase.md.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 the new base lacks something.`,
  load: async () => (await import('./rebase-action.ts')).runRebase,
});
