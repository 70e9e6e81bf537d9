import { PRUNE_OPTIONS } from '../../options/cache-options.ts';
import { defineCommand, type Command } from '../command.ts';

const loadActions = () => import('./cache-action.ts');

export const cache: Command = defineCommand({
  name: 'cache',
  summary: 'show or delete what is kept for later runs',
  load: async () => (await loadActions()).showCache,
  commands: [
    defineCommand({
      name: 'prune',
      summary: 'delete what was not used for the longest time',
      options: PRUNE_OPTIONS,
      load: async () => (await loadActions()).shrinkCache,
    }),
    defineCommand({
      name: 'clear',
      summary: 'delete everything',
      load: async () => (await loadActions()).clearCache,
    }),
  ],
});
