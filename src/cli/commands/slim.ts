import { SLIM_OPTIONS } from '../../options/slim-options.ts';
import { defineCommand, type Command } from '../command.ts';

/** What `reslim` does when no command is named. */
export const slim: Command = defineCommand({
  name: 'slim',
  summary: 'make an image smaller; the same as reslim without a command',
  usage: 'SOURCE -o TARGET [options]',
  operands: [
    {
      name: 'SOURCE',
      help: 'oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, a path to one of these, - for stdin, docker-daemon:REF, podman:REF, docker://REF, or an image name',
    },
  ],
  options: SLIM_OPTIONS,
  examples: [
    ['reslim ./app:1.0 -o ./app:1.0-slim', 'a new tag in the layout'],
    ['reslim app.tar -o slim.tar', 'from archive to archive'],
    ['docker save app:1.0 | reslim - -o - | docker load', 'loads app:1.0-slim'],
    ['reslim app:1.0 -o app:1.0-slim', 'in Docker or Podman'],
    ['reslim ghcr.io/me/app:1 -o ghcr.io/me/app:1-slim'],
    ['reslim ./app:1.0 --dry-run', 'what would be removed'],
    ['reslim ./app:1.0 --explain /var/lib/apt', 'why a path stays'],
    ['reslim ./app:1.0 -o ./app:slim --max-size 80MB'],
  ],
  footer: `Options can also be set in .reslim.yaml in the current folder.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 a check failed, 130 interrupted.`,
  load: async () => (await import('./slim-action.ts')).runSlim,
});
