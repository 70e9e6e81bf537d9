import { DELETE_OPTIONS } from '../../options/repository-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const deleteCommand: Command = defineCommand({
  name: 'delete',
  summary: 'delete tags and images from registries and layouts',
  usage: 'IMAGE… [options]',
  operands: [
    { name: 'IMAGES', help: 'REPOSITORY:TAG, REPOSITORY@DIGEST or oci:DIR:TAG', repeats: true },
  ],
  options: DELETE_OPTIONS,
  examples: [
    ['reslim delete ghcr.io/owner/app:old --dry-run'],
    ['reslim delete registry.example/app@sha256:… --all-tags'],
  ],
  footer: `Many registries delete images alone, with all their tags: docs/repositories.md.
Exit status: 0 all deleted, 1 some are still there, 2 wrong usage.`,
  load: async () => (await import('./delete-action.ts')).runDelete,
});
