import { dirname, resolve } from 'node:path';
import type { HostPolicy, MirrorOptions } from '../../api/mirror.ts';
import type { Login, NetworkOptions } from '../../api/options.ts';
import { ReslimError } from '../../base/errors.ts';
import { readTextFile } from '../../yaml/text-file.ts';
import type { YamlDocument } from '../../yaml/yaml-document.ts';
import { YamlError, type YamlProblem } from '../../yaml/yaml-error.ts';
import type { HostText, MirrorText } from './mirror-schema.ts';
import { durationMs, ratePerMinute } from './mirror-values.ts';
import { parseMirrorFile } from './parse-mirror-file.ts';
import { readSecret } from './read-secret.ts';

/** What a mirror file asks for, as options of `mirror`. */
export interface MirrorFile extends Pick<
  MirrorOptions,
  'entries' | 'hosts' | 'concurrency' | 'attempts' | 'backoff'
> {
  /** For the network options of this process: no job has them. */
  readonly logins: NonNullable<NetworkOptions['logins']>;
}

/** Reads a mirror file, and the secrets that it refers to. Throws a `YamlError` with all that is wrong. */
export const readMirrorFile = async (
  path: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<MirrorFile> => {
  const { document, entries, problems } = parseMirrorFile(await readTextFile(path), path, env);
  const { logins, missing } = await readLogins(document, { env, dir: dirname(resolve(path)) });
  if (problems.length + missing.length > 0) throw new YamlError([...problems, ...missing]);
  const { hosts = {}, concurrency, attempts, backoff } = document.value;
  return {
    entries,
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, host]) => [name.toLowerCase(), policyOf(host)]),
    ),
    ...(concurrency !== undefined && { concurrency }),
    ...(attempts !== undefined && { attempts }),
    ...(backoff !== undefined && { backoff: durationMs(backoff) }),
    logins,
  };
};

const policyOf = ({ insecure, concurrency, rate, floor }: HostText): HostPolicy => ({
  ...(insecure !== undefined && { insecure }),
  ...(concurrency !== undefined && { concurrency }),
  ...(rate !== undefined && { rate: ratePerMinute(rate) }),
  ...(floor !== undefined && { floor }),
});

interface FoundLogins {
  readonly logins: Readonly<Record<string, Login>>;
  readonly missing: readonly YamlProblem[];
}

const readLogins = async (
  { value, problemAt }: YamlDocument<MirrorText>,
  place: Parameters<typeof readSecret>[1],
): Promise<FoundLogins> => {
  const logins: Record<string, Login> = {};
  const missing: YamlProblem[] = [];
  for (const [host, { username, password }] of Object.entries(value.hosts ?? {})) {
    if (username === undefined || typeof password !== 'object') continue;
    try {
      logins[host.toLowerCase()] = { username, password: await readSecret(password, place) };
    } catch (error) {
      if (!(error instanceof ReslimError)) throw error;
      missing.push(problemAt(['hosts', host, 'password'], error.message, error.hint));
    }
  }
  return { logins, missing };
};
