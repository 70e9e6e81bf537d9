import type { Redis } from 'ioredis';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { oneLine } from '../base/io-error.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { MAX_TAGS, seenName, type Seen } from './seen.ts';

export interface SeenRedisOptions {
  /** What keys begin with: `PREFIX:seen:`. */
  readonly prefix: string;
  /** Ends waiting for a server that is away. */
  readonly signal: AbortSignal;
}

/**
 * What is known on a server of Redis or Valkey, by all who use it: a hash for each repository, which has a member for each
 * tag. Rejects with `io` for what the server refuses, and waits while it is away: no image is older because nobody knows.
 */
export const openSeenRedis = (
  redis: Pick<Redis, 'eval'>,
  { prefix, signal }: SeenRedisOptions,
): Seen => {
  const ask = async (
    script: string,
    repository: string,
    args: readonly (string | number)[],
  ): Promise<unknown> => {
    try {
      const key = `${prefix}:seen:${repository}`;
      return await untilAborted(redis.eval(script, 1, key, TIME_KEPT, ...args), signal);
    } catch (cause) {
      throwIfAborted(signal);
      const why = oneLine(cause instanceof Error ? cause.message : String(cause));
      const what = `since when images are there is not known: ${why}, ${repository}`;
      throw new ReslimError('io', what, { cause });
    }
  };
  return {
    look: async (source, digest, now) => {
      const name = seenName(source, digest);
      if (!name) return undefined;
      const since = await ask(LOOK, name.repository, [now, name.tag, digest ?? '']);
      return typeof since === 'number' && digest !== undefined ? Math.min(since, now) : undefined;
    },
    list: async (repository, tags, now) => {
      const distinct = [...new Set(tags)].slice(0, MAX_TAGS);
      await ask(LIST, repository, [now, ...distinct]);
    },
    close: async () => {},
  };
};

/** Milliseconds for which a repository is remembered that nobody looks at: half a year. */
const TIME_KEPT = 180 * 24 * 60 * 60 * 1000;

/*
 * A tag has a row `[digest, looked, since]`, with the meaning of `SeenTag`; the member without a name has the time at which the
 * repository was listed.
 */

/** The last time at which a tag had something else, if it is known. */
const LOOK = `
local key, kept, now, tag, digest = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local row = redis.call('HGET', key, tag)
local since = cjson.null
if row then
  local known = cjson.decode(row)
  local isOther = known[1] ~= cjson.null and known[1] ~= digest
  since = isOther and known[2] or known[3]
end
redis.call('HSET', key, tag, cjson.encode({digest, now, since}))
redis.call('PEXPIRE', key, kept)
if since == cjson.null then return false end
return since
`;

/** Tags that are new were not there when the repository was listed before; those that are gone are forgotten. */
const LIST = `
local key, kept, now = KEYS[1], ARGV[1], tonumber(ARGV[2])
local listed = tonumber(redis.call('HGET', key, '') or '') or cjson.null
local gone = {}
for _, tag in ipairs(redis.call('HKEYS', key)) do gone[tag] = true end
gone[''] = nil
for at = 3, #ARGV do
  local tag = ARGV[at]
  if not gone[tag] then redis.call('HSET', key, tag, cjson.encode({cjson.null, now, listed})) end
  gone[tag] = nil
end
for tag in pairs(gone) do redis.call('HDEL', key, tag) end
redis.call('HSET', key, '', ARGV[2])
redis.call('PEXPIRE', key, kept)
`;
