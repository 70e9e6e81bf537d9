import { VERSION } from '../../base/version.ts';
import { defineCommand, type Command } from '../command.ts';
import { writeLines } from '../display/output.ts';

export const version: Command = defineCommand({
  name: 'version',
  summary: 'print the version',
  load: async () => () => writeLines(process.stdout, [`${VERSION}\n`]),
});
