import { ReslimError } from '../base/errors.ts';

/** Where a queue is: a database of a Redis or Valkey server. */
export interface RedisPlace {
  /** For messages: without user name and password. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly hasTls: boolean;
}

/**
 * Reads `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`; `rediss` is the same with TLS, `valkey` and `valkeys` are other
 * words for the two. Throws `usage` for anything else, without repeating it: it may contain a password.
 */
export const parseRedisUrl = (text: string): RedisPlace => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol.slice(0, -1) ?? '';
  const [, database = '0'] = /^\/?(\d{1,5})?$/.exec(url?.pathname ?? '') ?? ['', 'none'];
  if (!url?.hostname || !SCHEMES.has(scheme) || database === 'none' || url.search || url.hash)
    throw new ReslimError('usage', 'not a URL of a queue', { hint: HINT });
  const hasTls = SCHEMES.get(scheme) === 'tls';
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    name: `${hasTls ? 'rediss' : 'redis'}://${url.hostname}:${port}/${database}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    database: Number(database),
    username: decode(url.username),
    password: decode(url.password),
    hasTls,
  };
};

const SCHEMES: ReadonlyMap<string, 'plain' | 'tls'> = new Map([
  ['redis', 'plain'],
  ['valkey', 'plain'],
  ['rediss', 'tls'],
  ['valkeys', 'tls'],
]);

const DEFAULT_PORT = 6379;
const HINT =
  'write redis://HOST:PORT, or rediss:// for TLS; percent-encode what is special in a password';

const decode = (text: string): string | undefined => {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ReslimError('usage', 'the password of the queue cannot be decoded', { hint: HINT });
  }
};
