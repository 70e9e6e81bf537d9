import { Argument, Command, Option } from 'commander';
import { VERSION } from '../base/version.ts';
import { addCommands, type CommandActions } from './add-commands.ts';
import { choice, COMPRESSIONS, oneOf, PROGRESS } from './settings/choice.ts';
import { addLimitOptions, type LimitFlags } from './settings/limit-options.ts';
import { addNetworkOptions, type NetworkFlags } from './settings/network-options.ts';
import { parseLevel, parseSize as size, parseTimestamp, words } from './settings/parse-value.ts';

/** The options of the main command, as commander hands them over. */
export interface Flags extends NetworkFlags, LimitFlags {
  readonly output?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly explain: readonly string[];
  readonly report?: string | undefined;
  readonly profile?: readonly string[] | undefined;
  readonly profileFile?: readonly string[] | undefined;
  readonly level?: 'safe' | 'lean' | undefined;
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly strip?: true | undefined;
  readonly upx?: true | undefined;
  readonly upxArgs?: readonly string[] | undefined;
  readonly brute?: true | undefined;
  readonly upxGoal?: 'compressed' | 'unpacked' | undefined;
  readonly dedupe?: true | undefined;
  readonly squash?: 'all' | 'none' | undefined;
  readonly compression?: 'keep' | 'gzip' | 'zstd' | 'none' | undefined;
  readonly compressionLevel?: number | undefined;
  readonly platform?: string | undefined;
  /** Seconds since the epoch. */
  readonly timestamp?: number | undefined;
  readonly maxSize?: number | undefined;
  readonly attest?: true | undefined;
  readonly cache: boolean;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly progress: 'auto' | 'always' | 'never';
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What the commands do. */
export interface Actions extends CommandActions {
  readonly slim: (source: string, flags: Flags) => Promise<void>;
  readonly completion: (shell: Shell) => Promise<void>;
  readonly cache: CacheActions;
  readonly profiles: ProfileActions;
}

/** What `reslim cache` and its subcommand do. */
export interface CacheActions {
  readonly show: () => Promise<void>;
  readonly prune: (flags: { readonly maxSize?: number }) => Promise<void>;
}

/** What `reslim profiles` and its subcommands do. */
export interface ProfileActions {
  readonly list: () => Promise<void>;
  readonly show: (name: string) => Promise<void>;
  readonly test: (file: string, image: string) => Promise<void>;
  readonly lint: (files: readonly string[], images: readonly string[]) => Promise<void>;
}

const nothing = async (): Promise<void> => {};

/** For those who only ask which words there are. */
export const NO_ACTIONS: Actions = {
  slim: nothing,
  completion: nothing,
  cache: { show: nothing, prune: nothing },
  copy: nothing,
  inspect: nothing,
  validate: nothing,
  login: nothing,
  logout: nothing,
  profiles: { list: nothing, show: nothing, test: nothing, lint: nothing },
};

/**
 * The command line: options, arguments, help. Parsing throws a `CommanderError` for wrong words and
 * after `--help`; values that cannot be read throw a `ReslimError`. Nothing is printed but help.
 */
export const createProgram = (actions: Actions): Command => {
  const program = new Command('reslim')
    .description('Makes a container image smaller: merges its layers, removes what nobody needs.')
    .usage('SOURCE -o TARGET [options]')
    .argument('<SOURCE>', SOURCE_HELP)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: ({ description }) => description })
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES);
  addOutputOptions(program);
  addRuleOptions(program);
  addTransformOptions(program);
  addWritingOptions(program);
  addNetworkOptions(program);
  addLimitOptions(program);
  program
    .optionsGroup('Other:')
    .version(VERSION, '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup('Other:'))
    .action((source: string, flags: Flags) => actions.slim(source, flags));
  addCommands(program, actions);
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(oneOfShells())
    .action((shell: Shell) => actions.completion(shell));
  addProfilesCommand(program, actions.profiles);
  addCacheCommand(program, actions.cache);
  return program;
};

const addProfilesCommand = (program: Command, actions: ProfileActions): void => {
  const profiles = program
    .command('profiles')
    .description('list, show, test and check profiles')
    .helpCommand(false)
    .action(() => actions.list());
  profiles
    .command('show')
    .description('print every rule of a profile')
    .argument('<PROFILE>', 'a name, or a file')
    .action((name: string) => actions.show(name));
  profiles
    .command('test')
    .description('tell what each rule of a profile takes from an image')
    .argument('<PROFILE>', 'a name, or a file')
    .argument('<IMAGE>', 'spelled like SOURCE')
    .action((file: string, image: string) => actions.test(file, image));
  profiles
    .command('lint')
    .description('find rules that never act')
    .argument('[FILES...]', 'profiles of your own; none: those of reslim')
    .option('--image <IMAGE>', 'also find rules that take nothing from these (repeatable)', collect)
    .action((files: readonly string[], { image }: { image?: readonly string[] }) =>
      actions.lint(files, image ?? []),
    );
};

const addCacheCommand = (program: Command, actions: CacheActions): void => {
  const cache = program
    .command('cache')
    .description('tell what is kept for later runs, or forget it')
    .helpCommand(false)
    .action(() => actions.show());
  cache
    .command('prune')
    .description('forget what was used least lately')
    .option('--max-size <SIZE>', 'leave this much (0)', size('--max-size'))
    .action((flags: { readonly maxSize?: number }) => actions.prune(flags));
};

const addOutputOptions = (program: Command): void => {
  program
    .optionsGroup('Output:')
    .option('-o, --output <TARGET>', 'where the new image goes, spelled like SOURCE')
    .option('--dry-run', 'tell what would go, write nothing')
    .option('--explain <PATH>', 'tell why a path stays or goes (repeatable)', collect, [])
    .option('--report <FILE>', 'write every decision to a JSON file')
    .option('--json', 'print the report as JSON, no summary')
    .option('-q, --quiet', 'print nothing but errors')
    .addOption(
      choice('--progress <WHEN>', PROGRESS, 'on stderr; auto: on a terminal').default('auto'),
    );
};

const addRuleOptions = (program: Command): void => {
  program
    .optionsGroup('What goes:')
    .option('--profile <NAMES>', 'auto (default), none, or profiles (repeatable)', collectNames)
    .option('--profile-file <FILE>', 'a profile of your own (repeatable)', collect)
    .addOption(choice('--level <LEVEL>', LEVELS, 'leftovers only, or documentation too'))
    .option('--keep <GLOB>', 'what must stay (repeatable)', collect, [])
    .option('--drop <GLOB>', 'what must go (repeatable)', collect, []);
};

const addTransformOptions = (program: Command): void => {
  program
    .optionsGroup('What shrinks (see docs/binaries.md):')
    .option('--strip', 'take symbols and debug information out of binaries')
    .option('--upx', 'pack programs where it pays')
    .option('--upx-args <ARGS>', 'how, in the words of UPX (-5): "--best --lzma"', words)
    .option('--brute', 'let UPX try all it knows: takes minutes for each MB')
    .addOption(choice('--upx-goal <WHAT>', GOALS, 'what must get 5 % smaller'))
    .option('--dedupe', 'make equal files hard links');
};

const addWritingOptions = (program: Command): void => {
  program
    .optionsGroup('How it is written:')
    .addOption(choice('--squash <WHICH>', ['all', 'none'], 'one layer, or each for itself'))
    .addOption(choice('--compression <KIND>', COMPRESSIONS, 'of the layers'))
    .option('--compression-level <N>', '0 to 9 for gzip, 1 to 22 for zstd', parseLevel)
    .option('--platform <OS/ARCH>', 'only this image of an index')
    .option('--timestamp <TIME>', 'set later times to this (see docs/cli.md)', parseTimestamp)
    .option('--no-cache', 'neither use nor keep work of other runs')
    .option('--attest', 'attach provenance and the report (layouts, registries)')
    .option('--max-size <SIZE>', 'exit 3 if the layers stay larger: 80MB', size('--max-size'));
};

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

const collectNames = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
];

const GOALS = ['compressed', 'unpacked'];
const LEVELS = ['safe', 'lean'];

const oneOfShells = (): Argument =>
  new Argument('<SHELL>', SHELLS.join(', ')).choices(SHELLS).argParser(oneOf('SHELL', SHELLS));

const SOURCE_HELP =
  'oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, a path to one of these, - for stdin, docker-daemon:REF, docker://REF, or an image name';

const EXAMPLES = `
Examples:
  reslim ./app:1.0 -o ./app:1.0-slim            a new tag in the layout ./app
  reslim app.tar -o slim.tar                    from archive to archive
  docker save app | reslim - -o - | docker load
  reslim app:1.0 -o app:1.0-slim                an image of Docker or Podman
  reslim ghcr.io/me/app:1 -o ghcr.io/me/app:1-slim
  reslim ./app:1.0 --dry-run                    what would go, and how much
  reslim ./app:1.0 --explain /var/lib/apt       why a path stays or goes
  reslim ./app:1.0 -o ./app:slim --max-size 80MB

Options can also stand in .reslim.yaml in the current folder.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 too large, 130 interrupted.
`;
