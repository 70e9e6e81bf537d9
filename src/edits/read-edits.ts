import type { ImageEdits } from '../api/edits.ts';
import { ReslimError } from '../base/errors.ts';
import { parsePlatform } from '../oci/platform.ts';
import type { Edits, NamedEdits, PathEdits, SingleMember } from './edits.ts';
import { readCommand } from './read-command.ts';
import { readHealthcheck } from './read-healthcheck.ts';
import { readSignal } from './read-signal.ts';

/** Checks edits before anything is opened. `undefined` where there are none. Throws `usage`. */
export const readEdits = (given: ImageEdits = {}): Edits | undefined => {
  const { platforms = [], scrubBuildArgs = false } = given;
  const edits: Edits = {
    platforms: platforms.length === 0 ? undefined : platforms.map(parsePlatform),
    env: named('env', VARIABLE, given.env, given.unsetEnv),
    labels: named('label', KEY, given.labels, given.unsetLabels),
    annotations: named('annotation', KEY, given.annotations, given.unsetAnnotations),
    ports: {
      set: unique(given.expose, readPort),
      unset: unique(given.unsetExpose, readPort),
    },
    volumes: {
      set: unique(given.volumes, (path) => absolute('--volume', path)),
      unset: unique(given.unsetVolumes, (path) => withoutControls('--unset-volume', path)),
    },
    single: singleEdits(given),
    scrubsBuildArgs: scrubBuildArgs,
  };
  if (isAny(edits)) return edits;
  if (!edits.platforms) return undefined;
  throw new ReslimError('usage', '--edit-platform is given, yet nothing is edited', {
    hint: 'add --env, --label or another edit, or leave it out',
  });
};

const isAny = ({ env, labels, annotations, ports, volumes, single, scrubsBuildArgs }: Edits) =>
  scrubsBuildArgs ||
  single.size > 0 ||
  [env, labels, annotations, ports, volumes].some(
    ({ set, unset }: NamedEdits | PathEdits) => set.length > 0 || unset.length > 0,
  );

/** Names of variables: what no shell can set, some programs read all the same. */
const VARIABLE = /^[A-Za-z_][\w.-]*$/;
// oxlint-disable-next-line no-control-regex
const KEY = /^[^\s=\u0000-\u001f\u007f]+$/;

const named = (
  option: string,
  names: RegExp,
  set: Readonly<Record<string, string>> = {},
  unset: readonly string[] = [],
): NamedEdits => {
  for (const [name, value] of Object.entries(set)) {
    if (!names.test(name))
      throw new ReslimError('usage', `--${option} has no valid name: ${JSON.stringify(name)}`, {
        hint: `write --${option} NAME=VALUE`,
      });
    if (value.includes('\0'))
      throw new ReslimError('usage', `--${option} ${name} has a zero byte in its value`);
  }
  const gone = unique(unset, (name) => withoutControls(`--unset-${option}`, name));
  const assignment = gone.find((name) => name.includes('='));
  if (assignment !== undefined)
    throw new ReslimError('usage', `--unset-${option} takes a name alone: ${assignment}`, {
      hint: `write --unset-${option} ${assignment.slice(0, assignment.indexOf('='))}`,
    });
  return { set: Object.entries(set), unset: gone };
};

const singleEdits = (given: ImageEdits): ReadonlyMap<SingleMember, unknown> => {
  const { entrypoint, cmd, user, workdir, stopSignal, healthcheck, created } = given;
  const single = new Map<SingleMember, unknown>();
  if (entrypoint !== undefined)
    single.set('entrypoint', orCleared(readCommand('--entrypoint', entrypoint)));
  if (cmd !== undefined) single.set('cmd', orCleared(readCommand('--cmd', cmd)));
  if (user !== undefined) single.set('user', user === '' ? undefined : readUser(user));
  if (workdir !== undefined)
    single.set('workdir', workdir === '' ? undefined : absolute('--workdir', workdir));
  if (stopSignal !== undefined)
    single.set('stop-signal', stopSignal === '' ? undefined : readSignal(stopSignal));
  if (healthcheck !== undefined)
    single.set('healthcheck', healthcheck.trim() === '' ? undefined : readHealthcheck(healthcheck));
  if (created !== undefined) single.set('created', formatTime(created));
  return single;
};

const orCleared = (words: readonly string[]) => (words.length === 0 ? undefined : words);

const unique = (
  values: readonly string[] = [],
  read: (text: string) => string,
): readonly string[] => [...new Set(values.map(read))];

const readUser = (text: string): string => {
  if (/^[^\s:\0]+(:[^\s:\0]+)?$/.test(text)) return text;
  throw new ReslimError('usage', `--user is not a user: ${JSON.stringify(text)}`, {
    hint: 'write a name or id, or both of user and group: app, 1000:1000',
  });
};

/** A port with its protocol, as engines write it into the config. */
const readPort = (text: string): string => {
  const [, port = '', protocol = 'tcp'] =
    /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text.toLowerCase()) ?? [];
  if (Number(port) >= 1 && Number(port) <= LAST_PORT) return `${Number(port)}/${protocol}`;
  throw new ReslimError('usage', `not a port: ${JSON.stringify(text)}`, {
    hint: 'write a number from 1 to 65535, with a protocol if it is not tcp: 8080, 53/udp',
  });
};

const LAST_PORT = 65_535;

const absolute = (option: string, path: string): string => {
  if (path.startsWith('/')) return withoutControls(option, path);
  throw new ReslimError('usage', `${option} is not an absolute path: ${JSON.stringify(path)}`, {
    hint: 'begin it with /',
  });
};

const withoutControls = (option: string, text: string): string => {
  // oxlint-disable-next-line no-control-regex
  if (text !== '' && !/[\u0000-\u001f\u007f]/.test(text)) return text;
  throw new ReslimError('usage', `${option} cannot be ${JSON.stringify(text)}`);
};

/** RFC 3339. */
const formatTime = (seconds: number): string => {
  const time = new Date(seconds * 1000);
  if (Number.isSafeInteger(seconds) && seconds >= 0 && time.getUTCFullYear() <= LAST_YEAR)
    return time.toISOString().replace('.000Z', 'Z');
  throw new ReslimError('usage', `--created is not a time: ${seconds}`, {
    hint: 'whole seconds since 1970, up to the year 9999',
  });
};

const LAST_YEAR = 9999;
