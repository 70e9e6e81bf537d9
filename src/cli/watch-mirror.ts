import { ReslimError, watchMirror, type WatchMirrorOptions } from '../index.ts';
import { WATCH, type MirrorFlags } from '../options/mirror-options.ts';
import { camelCase } from '../options/option.ts';
import { LOG } from '../options/shared-options.ts';
import type { Call } from './command.ts';
import { EXIT } from './display/failure.ts';
import { openLog } from './display/log.ts';
import { readGivenFile } from './read-given-file.ts';
import { libraryOptions } from './settings/library-options.ts';
import { withRuntime } from './with-runtime.ts';

/** Throws `usage` where options make no sense with or without `--watch`. */
export const checkWatchFlags = (flags: MirrorFlags): void => {
  const isGiven = (name: string): boolean =>
    (flags as Readonly<Record<string, unknown>>)[camelCase(name)] !== undefined;
  const lonely = Object.keys({ ...WATCH, ...LOG }).find((name) => !flags.watch && isGiven(name));
  if (lonely !== undefined)
    throw new ReslimError('usage', `--${lonely} is for a mirror that watches`, {
      hint: 'add --watch',
    });
  const useless = NO_RESULT.find((name) => flags.watch && isGiven(name));
  if (useless !== undefined)
    throw new ReslimError('usage', `--watch has no result for --${useless}`, {
      hint: 'leave one of the two out; --log-level says what is logged',
    });
};

/** Options that say what happens to the result of a run. */
const NO_RESULT = [
  ...['dry-run', 'json', 'verbose', 'quiet', 'progress'],
  ...['html', 'markdown', 'prometheus', 'push-gateway', 'ci'],
];

/** `reslim mirror --watch`: mirrors until it is told to stop, which is no failure. */
export const runWatch = async (
  flags: MirrorFlags,
  options: WatchMirrorOptions,
  { signal, extendGrace }: Pick<Call, 'signal' | 'extendGrace'>,
): Promise<number> => {
  const watching = libraryOptions<WatchMirrorOptions>(WATCH, flags);
  const webhookSecret = await readSecret(flags, process.env);
  const onLog = await openLog(flags);
  const stopTimeout = watching.stopTimeout ?? options.stopTimeout ?? DEFAULT_STOP_TIMEOUT;
  extendGrace(stopTimeout);
  await withRuntime({ ...flags, progress: 'never' }, signal, ({ runtime }) =>
    watchMirror({ ...options, ...watching, stopTimeout, webhookSecret, runtime, signal, onLog }),
  );
  return EXIT.done;
};

/** Milliseconds. Kubernetes kills what takes longer than 30 seconds. */
const DEFAULT_STOP_TIMEOUT = 20_000;

const readSecret = async (
  { webhookSecretFile }: MirrorFlags,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> => {
  if (webhookSecretFile === undefined) return env['RESLIM_WEBHOOK_SECRET'];
  const secret = (await readGivenFile(webhookSecretFile)).trim();
  if (secret === '')
    throw new ReslimError('usage', `no secret in it, ${webhookSecretFile}`, {
      hint: 'make one: openssl rand -hex 32',
    });
  return secret;
};
