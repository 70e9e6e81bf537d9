import { VERSION } from '../base/version.ts';
import { main } from './main.ts';

/**
 * The command line as Docker calls a plugin: `docker-cli-plugin-metadata`, or what stood behind
 * `docker`, with `reslim` in it.
 * @see https://github.com/docker/cli/blob/v28.0.0/cli-plugins/metadata/metadata.go
 */
export const runDockerPlugin = async (argv: readonly string[]): Promise<void> => {
  if (argv[0] === 'docker-cli-plugin-metadata') {
    process.stdout.write(`${JSON.stringify(METADATA)}\n`);
    return;
  }
  const { words, env } = readDockerArguments(argv);
  Object.assign(process.env, env);
  await main(words);
};

const METADATA = {
  SchemaVersion: '0.1.0',
  Vendor: 'reslim',
  Version: VERSION,
  ShortDescription: 'Make an image smaller',
};

/** Docker's own options stand before the name of the plugin; those that choose an engine count. */
export const readDockerArguments = (
  argv: readonly string[],
): { readonly words: readonly string[]; readonly env: Readonly<Record<string, string>> } => {
  const at = argv.indexOf('reslim');
  if (at === -1) return { words: argv, env: {} };
  const env: Record<string, string> = {};
  for (let index = 0; index < at; index++) {
    const [, name = '', inline] = /^(-\w|--[\w-]+)(?:=(.*))?$/s.exec(argv[index] as string) ?? [];
    const variable = VARIABLES[name];
    const value = inline ?? argv[index + 1];
    if (variable !== undefined && value !== undefined) env[variable] = value;
  }
  // Docker lets a context that was asked for win over an address in the environment.
  if (env['DOCKER_CONTEXT'] !== undefined) env['DOCKER_HOST'] ??= '';
  return { words: argv.slice(at + 1), env };
};

/** How the engine is named to `findEngine`. */
const VARIABLES: Readonly<Record<string, string>> = {
  '-H': 'DOCKER_HOST',
  '--host': 'DOCKER_HOST',
  '-c': 'DOCKER_CONTEXT',
  '--context': 'DOCKER_CONTEXT',
  '--config': 'DOCKER_CONFIG',
};
