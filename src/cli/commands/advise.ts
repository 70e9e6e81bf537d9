import { ADVISE_OPTIONS } from '../../options/advise-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const advise: Command = defineCommand({
  name: 'advise',
  summary: 'say what to change in the Dockerfile of an image, most bytes first',
  operands: [{ name: 'IMAGE', help: 'named as in docs/image-names.md' }],
  options: ADVISE_OPTIONS,
  examples: [
    ['reslim advise app:1.0 --dockerfile Dockerfile'],
    ['reslim advise app:1.0 --dockerfile Dockerfile --rewrite Dockerfile.new'],
  ],
  footer: 'What is looked for, and how: docs/advise.md.',
  load: async () => (await import('./advise-action.ts')).runAdvise,
});
