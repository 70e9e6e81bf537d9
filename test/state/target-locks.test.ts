import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openTargetLocks } from '../../src/state/target-locks.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TARGET = 'docker://registry.example/app:1.0';

const running: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Another process that takes the lock, says so, and keeps it until it is told to end. */
const holdElsewhere = async (folder: string): Promise<ChildProcessWithoutNullStreams> => {
  const script = `
    import { openTargetLocks } from '${new URL('../../build/state/target-locks.js', import.meta.url).href}';
    const locks = await openTargetLocks(${JSON.stringify(folder)});
    await locks.hold(${JSON.stringify(TARGET)}, async () => {
      console.log('taken');
      for await (const _ of process.stdin);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  running.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
};

test('one process waits for another, and then has its turn', async () => {
  const folder = tempFolder();
  const other = await holdElsewhere(folder);
  const waits: string[] = [];
  const locks = await openTargetLocks(folder, { onWait: (target) => waits.push(target) });
  let isHeld = false;
  const mine = locks.hold(TARGET, async () => void (isHeld = true));
  await locks.hold('docker://registry.example/app:2.0', async () => {});
  await sleep(300);
  expect(isHeld).toBe(false);
  const ended = once(other, 'close');
  other.stdin.end();
  await mine;
  expect(isHeld).toBe(true);
  expect(waits).toEqual([TARGET]);
  await ended;
  expect(await readdir(folder)).toEqual([]);
});

test('the lock of a killed process is taken over at once', async () => {
  const folder = tempFolder();
  const other = await holdElsewhere(folder);
  other.kill('SIGKILL');
  await once(other, 'close');
  expect((await readdir(folder)).length).toBe(1);
  const locks = await openTargetLocks(folder);
  expect(await locks.hold(TARGET, async () => 'done')).toBe('done');
  expect(await readdir(folder)).toEqual([]);
});

test('within one process targets are worked on one at a time, and different ones at once', async () => {
  const locks = await openTargetLocks(tempFolder());
  let [now, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await sleep(5);
    now--;
  };
  await Promise.all(Array.from({ length: 8 }, () => locks.hold(TARGET, work)));
  expect(most).toBe(1);
  await Promise.all(Array.from({ length: 4 }, (_, at) => locks.hold(`${TARGET}-${at}`, work)));
  expect(most).toBeGreaterThan(1);
});

test('an action that fails frees its target', async () => {
  const folder = tempFolder();
  const locks = await openTargetLocks(folder);
  const failing = locks.hold(TARGET, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await locks.hold(TARGET, async () => 1)).toBe(1);
});

test('who waits can be stopped', async () => {
  const folder = tempFolder();
  await holdElsewhere(folder);
  const stop = new AbortController();
  const locks = await openTargetLocks(folder, { signal: stop.signal });
  const waiting = locks.hold(TARGET, async () => {});
  setTimeout(() => stop.abort(), 100);
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  expect((await readdir(folder)).length).toBe(1);
});

test('a folder that is none is a failure that says so', async () => {
  const folder = join(tempFolder(), 'locks');
  await writeFile(folder, '');
  await expect(openTargetLocks(folder)).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining(folder) as string,
  });
});
