import { TAGS_OPTIONS } from '../../options/repository-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const tags: Command = defineCommand({
  name: 'tags',
  summary: 'list the tags of a repository',
  operands: [{ name: 'REPOSITORY', help: 'in a registry: ghcr.io/owner/app' }],
  options: TAGS_OPTIONS,
  examples: [
    ['reslim tags ghcr.io/owner/app --digests'],
    ["reslim tags node --tags '>=20' --newest 3", 'on Docker Hub'],
  ],
  footer: 'See docs/repositories.md.',
  load: async () => (await import('./tags-action.ts')).runTags,
});
