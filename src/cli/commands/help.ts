import { defineCommand, type Command } from '../command.ts';

export const help: Command = defineCommand({
  name: 'help',
  summary: 'print the help of a command',
  operands: [
    { name: 'COMMAND', help: 'such as copy, or profiles lint', repeats: true, offers: 'commands' },
  ],
  load: async () => (await import('./help-action.ts')).printHelp,
});
