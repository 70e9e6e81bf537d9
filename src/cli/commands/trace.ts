import { TRACE_OPTIONS } from '../../options/trace-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const trace: Command = defineCommand({
  name: 'trace',
  summary: 'run an image under strace, and record which files it uses',
  operands: [
    { name: 'IMAGE', help: 'an image, named as in docs/image-names.md' },
    { name: 'CMD', help: 'behind --: in place of the command of the image', repeats: true },
  ],
  options: TRACE_OPTIONS,
  examples: [
    ['reslim trace app:1.0 -o trace.txt --http / --http /health', 'while it answers'],
    ['reslim trace app:1.0 -o trace.txt -- migrate up', 'another command'],
    ['reslim app:1.0 -o app:1.0-slim --level minimal --trace trace.txt'],
  ],
  footer: 'See docs/trace.md. Docker or Podman and strace must be on this machine.',
  load: async () => (await import('./trace-action.ts')).runTrace,
});
