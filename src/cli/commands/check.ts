import { CHECK_OPTIONS } from '../../options/check-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const check: Command = defineCommand({
  name: 'check',
  summary: 'check whether an image keeps a budget, and what makes it too large',
  operands: [{ name: 'IMAGE', help: 'named as in docs/image-names.md' }],
  options: CHECK_OPTIONS,
  examples: [
    ['reslim check app:1.0 --max-size 80MB --max-wasted 5%'],
    ['reslim check app:2.0 --baseline app:1.0 --max-growth 10%', 'what grew'],
    ['reslim check app:1.0 --deny compilers --deny secrets --require-user'],
  ],
  footer: `Limits can also stand in .reslim.yaml and in .dive-ci: see docs/check.md.
Exit status: 0 kept, 1 failed, 2 wrong usage, 3 not kept.`,
  load: async () => (await import('./check-action.ts')).runCheck,
});
