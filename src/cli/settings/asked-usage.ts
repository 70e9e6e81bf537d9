import type { Command } from 'commander';

/** How the command that was called is used: `reslim copy SOURCE TARGET, and more in reslim copy --help`. */
export const askedUsage = (program: Command, argv: readonly string[]): string => {
  let command = program;
  const words = [program.name()];
  for (const word of argv) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
    words.push(word);
  }
  const path = words.join(' ');
  const operands = command
    .usage()
    .replaceAll(/\[(?:options|command)\]/g, '')
    .trim();
  return `${[path, operands].filter(Boolean).join(' ')}, and more in ${path} --help`;
};
