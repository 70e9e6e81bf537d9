import { PRUNE_OPTIONS } from '../../options/cache-options.ts';
import { defineCommand, type Command } from '../command.ts';

const loadActions = () => import('./cache-action.ts');

export const cache: Command = defineCommand({
  name: 'cache',
  summary: 'tell what is kept for later runs, or forget it',
  load: async () => (await loadActions()).showCache,
  commands: [
    defineCommand({
      name: 'prune',
      summary: 'forget what was used least lately',
      options: PRUNE_OPTIONS,
      load: async () => (await loadActions()).shrinkCache,
    }),
    defineCommand({
      name: 'clear',
      summary: 'forget everything',
      load: async () => (await loadActions()).clearCache,
    }),
  ],
});
