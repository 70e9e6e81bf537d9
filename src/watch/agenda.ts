import { setTimeout as sleep } from 'node:timers/promises';
import type { Schedule } from './schedule.ts';

/** Something that is done again and again. */
export interface Task {
  readonly name: string;
  readonly schedule: Schedule;
}

export interface AgendaOptions {
  /** Does what is due; it must not reject. */
  readonly run: (names: readonly string[]) => Promise<void>;
  readonly signal: AbortSignal;
  /** Called when it is known when a task is due next, in milliseconds since 1970. */
  readonly onNext?: ((name: string, time: number | undefined) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** What tests have another one of. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when the signal fires. */
  readonly sleep: (time: number, signal: AbortSignal) => Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: (time, signal) => sleep(time, undefined, { signal }).catch(() => {}),
};

/**
 * Does tasks when they are due, until the signal fires or none is due any more. All that are due are done in one run, and
 * one run at a time: what becomes due meanwhile is done after it, once, however often it became due.
 */
export const followAgenda = async (
  tasks: readonly Task[],
  { run, signal, onNext = () => {}, clock = SYSTEM_CLOCK }: AgendaOptions,
): Promise<void> => {
  const start = clock.now();
  const due = new Map<string, number>();
  const plan = ({ name }: Task, time: number | undefined): void => {
    onNext(name, time);
    if (time === undefined) due.delete(name);
    else due.set(name, time);
  };
  for (const task of tasks) {
    const { startsAtOnce, next } = task.schedule;
    plan(task, startsAtOnce ? start : next({ started: start, ended: start }));
  }
  while (!signal.aborted && due.size > 0) {
    const started = clock.now();
    const now = tasks.filter(({ name }) => (due.get(name) ?? Infinity) <= started);
    if (now.length === 0) {
      // Clocks are set: a long sleep would end too late or too early.
      await clock.sleep(Math.min(Math.min(...due.values()) - started, LONGEST_SLEEP), signal);
      continue;
    }
    await run(now.map(({ name }) => name));
    for (const task of now) plan(task, task.schedule.next({ started, ended: clock.now() }));
  }
};

/** Milliseconds. */
const LONGEST_SLEEP = 60_000;
