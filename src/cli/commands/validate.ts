import { VALIDATE_OPTIONS } from '../../options/read-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const validate: Command = defineCommand({
  name: 'validate',
  summary: 'check every digest, size, type and entry of an image',
  operands: [{ name: 'IMAGE', help: 'named as in docs/image-names.md' }],
  options: VALIDATE_OPTIONS,
  footer: 'Exit status: 0 valid, 3 not valid.',
  load: async () => (await import('./validate-action.ts')).runValidate,
});
