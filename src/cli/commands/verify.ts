import { VERIFY_OPTIONS } from '../../options/verify-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const verify: Command = defineCommand({
  name: 'verify',
  summary: 'check whether a slim image has all that its original promises',
  operands: [
    { name: 'ORIGINAL', help: 'an image, named as in docs/image-names.md' },
    { name: 'SLIM', help: 'what was made of it, at the same place or at any other' },
  ],
  options: VERIFY_OPTIONS,
  examples: [
    ['reslim verify app:1.0 app:1.0-slim', 'what is there finds what it needs'],
    ['reslim verify app:1.0 app:1.0-slim --json'],
  ],
  footer: `See docs/verify.md.
Exit status: 0 as the original, 1 failed, 2 wrong usage, 3 something differs.`,
  load: async () => (await import('./verify-action.ts')).runVerify,
});
