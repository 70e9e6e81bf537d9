import { expect, test } from 'vitest';
import { followAgenda, type Clock } from '../../src/watch/agenda.ts';
import { cronSchedule, intervalSchedule } from '../../src/watch/schedule.ts';

const START = Date.parse('2026-01-01T00:00:30Z');
const MINUTE = 60_000;
const still = () => 0;

/** A clock whose time passes when somebody sleeps, and a log of what was run when; it ends after `length`. */
const simulate = (length: number, runTime: (names: readonly string[]) => number = still) => {
  const stop = new AbortController();
  let now = START;
  const pass = (time: number): void => {
    now += time;
    if (now >= START + length) stop.abort();
  };
  const clock: Clock = { now: () => now, sleep: async (time) => pass(time) };
  const log: string[] = [];
  const run = async (names: readonly string[]): Promise<void> => {
    log.push(`${new Date(now).toISOString().slice(11, 19)} ${names.join(' ')}`);
    pass(runTime(names));
  };
  return { clock, run, log, signal: stop.signal };
};

const every = (minutes: number) => intervalSchedule(minutes * MINUTE, still);
const cron = (text: string) => cronSchedule({ cron: text }, still);

test('an interval begins at once, a schedule when it is time', async () => {
  const { log, ...options } = simulate(11 * MINUTE);
  const tasks = [
    { name: 'a', schedule: every(5) },
    { name: 'b', schedule: cron('*/4 * * * *') },
  ];
  await followAgenda(tasks, options);
  expect(log).toEqual(['00:00:30 a', '00:04:00 b', '00:05:30 a', '00:08:00 b', '00:10:30 a']);
});

test('what is due together is one run', async () => {
  const { log, ...options } = simulate(9 * MINUTE);
  const tasks = ['a', 'b', 'c'].map((name) => ({ name, schedule: cron('*/4 * * * *') }));
  await followAgenda(tasks, options);
  expect(log).toEqual(['00:04:00 a b c', '00:08:00 a b c']);
});

test('times that were missed during a run are one run after it', async () => {
  const { log, ...options } = simulate(20 * MINUTE, ([name]) =>
    name === 'slow' ? 7.5 * MINUTE : 0,
  );
  const tasks = [
    { name: 'slow', schedule: cron('1 * * * *') },
    { name: 'often', schedule: cron('*/2 * * * *') },
  ];
  await followAgenda(tasks, options);
  expect(log).toEqual([
    '00:01:00 slow',
    '00:08:30 often',
    '00:10:00 often',
    '00:12:00 often',
    '00:14:00 often',
    '00:16:00 often',
    '00:18:00 often',
    '00:20:00 often',
  ]);
});

test('a run that takes longer than its own schedule follows itself once', async () => {
  const { log, ...options } = simulate(12 * MINUTE, () => 5 * MINUTE);
  await followAgenda([{ name: 'a', schedule: cron('* * * * *') }], options);
  expect(log).toEqual(['00:01:00 a', '00:06:00 a', '00:11:00 a']);
});

test('it tells when a task is due next, and ends when none is', async () => {
  const { log, run, clock, signal } = simulate(MINUTE);
  const told: unknown[] = [];
  const once = { startsAtOnce: true, next: () => undefined };
  await followAgenda([{ name: 'a', schedule: once }], {
    run,
    clock,
    signal,
    onNext: (name, time) => told.push([name, time]),
  });
  expect(log).toEqual(['00:00:30 a']);
  expect(told).toEqual([
    ['a', START],
    ['a', undefined],
  ]);
});

test('the signal ends a sleep at once', async () => {
  const stop = new AbortController();
  const waiting = followAgenda([{ name: 'a', schedule: cron('0 0 1 1 *') }], {
    run: async () => {},
    signal: stop.signal,
  });
  setTimeout(() => stop.abort(), 20);
  await waiting;
});
