import { COPY_OPTIONS } from '../../options/copy-options.ts';
import { defineCommand, type Command } from '../command.ts';

export const copy: Command = defineCommand({
  name: 'copy',
  summary: 'copy an image as it is from any place to any other',
  operands: [
    { name: 'SOURCE', help: 'an image, named as in docs/image-names.md' },
    { name: 'TARGET', help: 'where it is written; without a prefix, the same kind of place' },
  ],
  options: COPY_OPTIONS,
  examples: [
    ['reslim copy app.tar docker://ghcr.io/me/app:1.0', 'archive to registry'],
    ['reslim copy docker://alpine:3.22 oci:alpine:3.22', 'registry to layout'],
  ],
  load: async () => (await import('./copy-action.ts')).runCopy,
});
