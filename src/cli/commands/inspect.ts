import { INSPECT_OPTIONS } from '../../options/read-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const inspect: Command = defineCommand({
  name: 'inspect',
  summary: 'show what an image is, and its signatures and attestations',
  operands: [{ name: 'IMAGE', help: 'named as in docs/image-names.md' }],
  options: INSPECT_OPTIONS,
  load: async () => (await import('./inspect-action.ts')).runInspect,
});
