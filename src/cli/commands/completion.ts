import { SHELLS } from '../completion/shells.ts';
import { defineCommand, type Command } from '../command.ts';

export const completion: Command = defineCommand({
  name: 'completion',
  summary: 'print a completion script for a shell',
  operands: [{ name: 'SHELL', help: SHELLS.join(', '), choices: SHELLS }],
  examples: [
    ['source <(reslim completion bash)', 'in ~/.bashrc'],
    ['source <(reslim completion zsh)', 'in ~/.zshrc, after compinit'],
    ['reslim completion fish > ~/.config/fish/completions/reslim.fish'],
  ],
  load: async () => (await import('./completion-action.ts')).printCompletion,
});
