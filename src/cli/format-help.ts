import { Help, type Command as Commander } from 'commander';
import type { Command, Example } from './command.ts';

export interface HelpOptions {
  readonly command: Command;
  /** The words that lead to the command. */
  readonly path: readonly string[];
  /** Options that are left out, in their long form. */
  readonly hidden: readonly string[];
}

/** The help of a command: commander's, without rare options, with examples and a footer. */
export const formatHelp = (
  commander: Commander,
  helper: Help,
  { command, path, hidden }: HelpOptions,
): string => {
  const visibleOptions: Help['visibleOptions'] = (each) =>
    helper.visibleOptions(each).filter(({ long }) => !hidden.includes(long ?? ''));
  const usual = Object.assign(Object.create(helper) as Help, { visibleOptions });
  const blocks = [
    new Help().formatHelp(commander, usual).trimEnd(),
    ...(hidden.length > 0 ? [`More options: ${path.join(' ')} --help-all`] : []),
    ...(command.examples ? [formatExamples(command.examples)] : []),
    ...(command.footer === undefined ? [] : [command.footer]),
  ];
  return `${blocks.join('\n\n')}\n`;
};

const formatExamples = (examples: readonly Example[]): string => {
  const width = Math.max(0, ...examples.map(([line, meaning]) => (meaning ? line.length : 0)));
  const lines = examples.map(([line, meaning]) =>
    meaning === undefined ? `  ${line}` : `  ${line.padEnd(width)}  ${meaning}`,
  );
  return ['Examples:', ...lines].join('\n');
};
