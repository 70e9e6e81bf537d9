import { MIRROR_OPTIONS } from '../../options/mirror-options.ts';
import { defineCommand, type Command } from '../command.ts';
import { MIRROR_FILE_COMMANDS } from './mirror-file.ts';
import { mirrorStatus } from './mirror-status.ts';

export const mirror: Command = defineCommand({
  name: 'mirror',
  summary: 'keep slimmed or plain copies of images up to date in another registry',
  usage: 'FILE | SOURCE TARGET [options]',
  operands: [
    { name: 'SOURCE', help: 'a mirror file; or a repository in a registry, or one image' },
    { name: 'TARGET', help: 'the repository that it goes to', optional: true },
  ],
  options: MIRROR_OPTIONS,
  examples: [
    ['reslim mirror mirror.yaml --dry-run'],
    ["reslim mirror ghcr.io/acme/app registry.example/app --tags '^1.2' --newest 5"],
    ['reslim mirror node registry.example/node --tags 22 --copy', 'as it is'],
  ],
  footer: `What is at the target already is not done again: docs/mirror.md.
Files with any number of entries: docs/mirror-file.md.
Exit status: 0 done, 1 some images failed, 2 wrong usage.`,
  commands: [...MIRROR_FILE_COMMANDS, mirrorStatus],
  load: async () => (await import('./mirror-action.ts')).runMirror,
});
