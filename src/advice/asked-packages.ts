import { commandsOf, operandsOf, verbOf } from './shell/commands.ts';
import type { Step } from './subject.ts';

/** Names of packages that the image's own steps install from Debian's archive, without versions and releases. */
export const askedPackages = (steps: readonly Step[]): string[] =>
  steps
    .filter(({ isBase }) => !isBase)
    .flatMap(({ instruction }) => commandsOf(instruction))
    .filter(
      (command) => /^(apt|apt-get)$/.test(command.program) && verbOf(command)?.value === 'install',
    )
    .flatMap(operandsOf)
    .map(({ value }) => value.replace(/[=/:].*$/, ''))
    .filter((name) => /^[a-z\d][a-z\d+.-]+$/.test(name));
