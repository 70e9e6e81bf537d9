import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Pace } from '../api/hosts.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { QUEUE } from './redis-job.ts';

/**
 * The pace of all workers of a queue together: the generic cell rate algorithm, and pauses, by the clock of the server.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export const createRedisPace = (redis: Redis): Pace => ({
  take: async (key, rate, signal) => {
    const began = Date.now();
    for (;;) {
      const args = [rate?.interval ?? 0, rate?.burst ?? 1];
      const asking = redis.eval(TAKE, 2, dueKey(key), pauseKey(key), ...args);
      const left = Number(await untilAborted(asking, signal));
      if (left <= 0) return Date.now() - began;
      await sleep(left, undefined, { signal });
    }
  },
  pause: (key, until) => {
    const left = Math.ceil(until - Date.now());
    // While the server is away nobody is told, and this worker waits for it anyway.
    if (left > 0) redis.eval(PAUSE, 1, pauseKey(key), left).catch(() => {});
  },
});

const dueKey = (host: string): string => `${QUEUE.prefix}:due:${host}`;
const pauseKey = (host: string): string => `${QUEUE.prefix}:pause:${host}`;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/** Milliseconds to wait and ask again; 0 where the request may be sent, which is noted. */
const TAKE = `${NOW}
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = interval > 0 and tonumber(redis.call('GET', KEYS[1]) or 0) or 0
local pause = tonumber(redis.call('GET', KEYS[2]) or 0)
local left = math.max(due - (burst - 1) * interval, pause) - now
if left > 0 then return math.ceil(left) end
if interval > 0 then
  local next = math.max(due, now) + interval
  redis.call('SET', KEYS[1], string.format('%.3f', next), 'PX', math.ceil(next - now))
end
return 0
`;

/** Pauses only get longer. */
const PAUSE = `${NOW}
local pause = now + tonumber(ARGV[1])
if pause > tonumber(redis.call('GET', KEYS[1]) or 0) then
  redis.call('SET', KEYS[1], string.format('%.3f', pause), 'PX', ARGV[1])
end
`;
