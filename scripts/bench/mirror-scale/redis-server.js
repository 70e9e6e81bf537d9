// A Redis server on this machine, and how much memory it uses.
import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endProcess } from '../end-process.js';
import { freePort } from '../free-port.js';

const TRIES = 100;

/** Starts one with an append-only file in `folder`, as docs/fleet.md asks for. */
export const startRedis = async (folder) => {
  const port = await freePort();
  const words = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder];
  const kept = ['--save', '', '--appendonly', 'yes'];
  const server = spawn('redis-server', [...words, ...kept], { stdio: 'ignore' });
  const redis = new Redis({ port, lazyConnect: true, retryStrategy: null });
  // Told by `connect`.
  redis.on('error', () => {});
  const close = async () => {
    redis.disconnect();
    await endProcess(server);
  };
  for (let tries = 0; redis.status !== 'ready'; tries++) {
    if (tries > TRIES) {
      await close();
      throw new Error('redis-server does not answer');
    }
    await redis.connect().catch(() => wait(50));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Images that nobody has begun. */
    waiting: () => redis.zcard('reslim:mirror:prioritized'),
    /** Bytes that its data and its bookkeeping take, without what the process takes for itself. */
    usedBytes: async () => Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]),
    close,
  };
};
