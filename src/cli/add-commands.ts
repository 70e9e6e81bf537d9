import { Option, type Command } from 'commander';
import type { CopyFlags } from './commands/copy-command.ts';
import type { InspectFlags } from './commands/inspect-command.ts';
import type { LoginFlags } from './commands/login-command.ts';
import { addNetworkOptions, type NetworkFlags } from './settings/network-options.ts';
import type { ValidateFlags } from './commands/validate-command.ts';
import { addLimitOptions } from './settings/limit-options.ts';
import { choice, COMPRESSIONS, PROGRESS } from './settings/choice.ts';
import { parseLevel } from './settings/parse-value.ts';

/** What the commands beside the main one do. */
export interface CommandActions {
  readonly copy: (places: readonly [string, string], flags: CopyFlags) => Promise<void>;
  readonly inspect: (source: string, flags: InspectFlags) => Promise<void>;
  readonly validate: (source: string, flags: ValidateFlags) => Promise<void>;
  readonly login: (registry: string, flags: LoginFlags) => Promise<void>;
  readonly logout: (registry: string, flags: NetworkFlags) => Promise<void>;
}

/** Adds the commands that move images and keep logins. Each has its own `--help`. */
export const addCommands = (program: Command, actions: CommandActions): void => {
  addCopy(program, actions);
  addInspect(program, actions);
  addValidate(program, actions);
  addLogins(program, actions);
};

const addCopy = (program: Command, { copy }: CommandActions): void => {
  const command = program
    .command('copy')
    .description('copy an image as it is from any place to any other')
    .usage('SOURCE TARGET [options]')
    .argument('<SOURCE>', 'an image, named as in docs/image-names.md')
    .argument('<TARGET>', 'where it goes; a bare name is the same kind of place')
    .optionsGroup('What is copied:')
    .option('--platform <OS/ARCH>', 'only this image of an index')
    .option('--referrers', 'signatures, SBOMs and attestations as well')
    .addOption(choice('--compression <KIND>', COMPRESSIONS, 'store layers anew'))
    .option('--compression-level <N>', '0 to 9 for gzip, 1 to 22 for zstd', parseLevel)
    .optionsGroup('Output:')
    .option('--json', 'print what was done as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addOption(
      choice('--progress <WHEN>', PROGRESS, 'on stderr; auto: on a terminal').default('auto'),
    );
  addHelp(addLimitOptions(addNetworkOptions(command))).action(
    (source: string, target: string, flags: CopyFlags) => copy([source, target], flags),
  );
};

const addInspect = (program: Command, { inspect }: CommandActions): void => {
  const command = program
    .command('inspect')
    .description('tell what an image is, and what signatures and attestations it has')
    .usage('IMAGE [options]')
    .argument('<IMAGE>', 'named as in docs/image-names.md')
    .option('--platform <OS/ARCH>', 'only this image of an index')
    .option('--json', 'print it as JSON');
  addHelp(addLimitOptions(addNetworkOptions(command))).action(
    (source: string, flags: InspectFlags) => inspect(source, flags),
  );
};

const addValidate = (program: Command, { validate }: CommandActions): void => {
  const command = program
    .command('validate')
    .description('check every digest, size, type and entry of an image')
    .usage('IMAGE [options]')
    .argument('<IMAGE>', 'named as in docs/image-names.md')
    .option('--platform <OS/ARCH>', 'only this image of an index')
    .option('--json', 'print the findings as JSON')
    .option('-q, --quiet', 'print nothing: exit status 3 tells of errors');
  addHelp(addLimitOptions(addNetworkOptions(command))).action(
    (source: string, flags: ValidateFlags) => validate(source, flags),
  );
};

const addLogins = (program: Command, { login, logout }: CommandActions): void => {
  const registry = 'a host, with its port; docker.io for Docker Hub';
  const loginCommand = program
    .command('login')
    .description('check a login with a registry and keep it, as docker login does')
    .usage('REGISTRY [options]')
    .argument('<REGISTRY>', registry)
    .option('-u, --username <NAME>', 'asked for if it is missing')
    .option('--password-stdin', 'read the password or token from stdin');
  addHelp(addNetworkOptions(loginCommand)).action((host: string, flags: LoginFlags) =>
    login(host, flags),
  );
  const logoutCommand = program
    .command('logout')
    .description('forget a login')
    .usage('REGISTRY [options]')
    .argument('<REGISTRY>', registry)
    .option('--auth-file <FILE>', 'where it is kept; else where login keeps it');
  addHelp(logoutCommand).action((host: string, flags: NetworkFlags) => logout(host, flags));
};

const addHelp = (command: Command): Command =>
  command.addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Other:'));
