// Puts images into a queue that nobody works on, and measures what that takes: of the process that plans, and of Redis.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RESLIM } from '../preparations.js';
import { memoryOf } from '../process-tree.js';
import { plannerBytesOf, queuedBytesOf } from './model.js';
import { startRedis } from './redis-server.js';
import { fillTags } from './tiny-images.js';

/** Nobody asks it. */
const TARGET = 'docker://registry.example/mirror/{repository}';

export const measurePlan = async (shape, { open, folder, say }) => {
  const own = join(folder, `plan-${shape.images}`);
  await mkdir(own);
  say(`planning ${shape.images} images`);
  const registry = await open(`plan-${shape.images}/registry`);
  await fillTags(registry.host, shape);
  const redis = await startRedis(own);
  try {
    const before = await redis.usedBytes();
    const started = performance.now();
    const words = ['mirror', `docker://${registry.host}/shop/*`, TARGET, '--copy', '--quiet'];
    const planner = spawn(process.execPath, [RESLIM, ...words, '--queue', redis.url], {
      env: { ...process.env, XDG_STATE_HOME: own, XDG_CACHE_HOME: own },
      stdio: 'ignore',
    });
    while ((await redis.waiting()) < shape.images) {
      if (planner.exitCode !== null) throw new Error(`the plan ended: ${planner.exitCode}`);
      await wait(20);
    }
    const seconds = (performance.now() - started) / 1000;
    const [cpuSeconds, memoryBytes] = [await cpuSecondsOf(planner.pid), memoryOf(planner.pid).most];
    planner.kill('SIGTERM');
    await once(planner, 'exit');
    const queuedBytes = (await redis.usedBytes()) - before;
    await registry.close();
    return {
      images: shape.images,
      seconds,
      cpuSeconds,
      memoryBytes,
      queuedBytes,
      expected: {
        memoryBytes: plannerBytesOf(shape),
        queuedBytes: queuedBytesOf(shape, textOf(registry.host).length),
      },
    };
  } finally {
    await redis.close();
  }
};

/** Fields 14 and 15 of its status are user and system time, in ticks of 10 ms. */
const cpuSecondsOf = async (pid) => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** One of the images as the queue has it. */
const textOf = (host) =>
  JSON.stringify({
    id: '0'.repeat(24),
    entry: `docker://${host}/shop/*`,
    source: `docker://${host}/shop/app-000:1.100.0`,
    target: TARGET.replace('{repository}', 'shop/app-000:1.100.0'),
    settings: { copy: true },
  });
