import { MIRROR_STATUS_OPTIONS } from '../../options/queue-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const mirrorStatus: Command = defineCommand({
  name: 'status',
  summary: 'how many images of a queue wait, are worked on, are done, and failed',
  options: MIRROR_STATUS_OPTIONS,
  examples: [['reslim mirror status --queue redis://queue.example:6379']],
  footer: 'Exit status: 0 no image has failed, 1 some have, 2 wrong usage.',
  load: async () => (await import('./mirror-status-action.ts')).showStatus,
});
