import type { Command } from 'commander';
import type { NetworkOptions } from '../../index.ts';
import { parseCount } from './parse-value.ts';

/** The options of every command that may meet a registry. */
export interface NetworkFlags {
  readonly caFile?: readonly string[] | undefined;
  readonly insecure?: readonly string[] | undefined;
  readonly authFile?: string | undefined;
  readonly retries?: number | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

export const addNetworkOptions = (command: Command): Command =>
  command
    .optionsGroup('Registries (see docs/registries.md):')
    .option('--ca-file <FILE>', 'trust these authorities as well (repeatable)', collect)
    .option('--insecure <HOST>', 'no certificate, or plain http, will do (repeatable)', collect)
    .option('--auth-file <FILE>', 'logins; else those of Docker and Podman')
    .option('--retries <N>', 'of a request that failed (5)', parseCount('--retries', 0))
    .option('--timeout <SECONDS>', 'without any progress (120)', parseCount('--timeout'));

export const networkOptions = (flags: NetworkFlags): NetworkOptions => ({
  caFiles: flags.caFile,
  insecure: flags.insecure,
  authFile: flags.authFile,
  retries: flags.retries,
  timeout: flags.timeout === undefined ? undefined : flags.timeout * 1000,
});

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
