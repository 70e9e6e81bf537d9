import type { WatchMirrorOptions } from '../api/mirror-watch.ts';
import type { MirrorEntry } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';
import { openScope, type Scope } from '../base/scope.ts';
import { serve } from '../exporter/serve.ts';
import { entryName } from '../mirror/entry-job.ts';
import { entrySource } from '../mirror/entry-source.ts';
import { tagQuery } from '../tags/tag-query.ts';
import { followAgenda, type Task } from '../watch/agenda.ts';
import { answerHook, type HookOutcome } from '../watch/answer-hook.ts';
import { createMirrorMetrics } from '../watch/mirror-metrics.ts';
import { narrowEntries } from '../watch/narrow-entries.ts';
import type { PushedTag } from '../watch/notifications/pushed-tag.ts';
import { noteHooks } from '../watch/note-hooks.ts';
import { openPending } from '../watch/pending.ts';
import { cronSchedule, intervalSchedule } from '../watch/schedule.ts';
import { joinFleet } from './join-fleet.ts';
import { openMirrorRuns } from './mirror-runs.ts';
import { openHosts } from './open-hosts.ts';

const DEFAULT_LISTEN = ':9828';
const DEFAULT_INTERVAL = 60 * 60 * 1000;
const DEFAULT_STOP_TIMEOUT = 20_000;

/** A burst of pushes is one run: after so many milliseconds of quiet, or so many at most. */
const QUIET = 1000;
const LONGEST_WAIT = 10_000;
/** Pushed tags that may wait. What is too much is found by the next run of a schedule. */
const MAX_PUSHED = 10_000;

/** See `watchMirror`. */
export const watchMirrorNow = async (options: WatchMirrorOptions): Promise<void> => {
  const scope = openScope();
  try {
    await watch(options, scope);
  } finally {
    await scope.close();
  }
  options.onLog?.({ level: 'info', message: 'stopped', fields: {} });
};

const watch = async (options: WatchMirrorOptions, { add }: Scope): Promise<void> => {
  const {
    entries,
    listen = DEFAULT_LISTEN,
    interval = DEFAULT_INTERVAL,
    onLog = () => {},
  } = options;
  const { signal = new AbortController().signal, stopTimeout = DEFAULT_STOP_TIMEOUT } = options;
  const tasks = entries.map((entry, at) => taskOf(entry, { at, interval }));
  checkSecret(options.webhookSecret);
  const pushed = openPending<PushedTag>({
    signal,
    quiet: QUIET,
    longest: LONGEST_WAIT,
    limit: MAX_PUSHED,
  });
  // Runs beside each other, and after each other, share connections, tokens and limits.
  const onNote = (message: string): void => onLog({ level: 'warn', message, fields: {} });
  const stop = stopSignals(signal, stopTimeout);
  const fleet = await joinFleet(options, { signal: stop.signal, addNote: onNote, add });
  const hosts =
    options.network?.hosts ??
    add(openHosts({ policies: options.hosts, pace: fleet?.pace, onNote }));
  const metrics = createMirrorMetrics({
    queue: () => runs.counts(),
    pushed: pushed.size,
    traffic: hosts.traffic,
  });
  const runs = openMirrorRuns(
    { ...options, network: { ...options.network, hosts } },
    { metrics, stop, fleet },
  );
  /** Tasks in whose last run something failed. */
  const failing = new Set<string>();
  const unready = new Set(tasks.filter(({ schedule }) => schedule.startsAtOnce));

  const runTasks = async (names: readonly string[]): Promise<void> => {
    const due = tasks.filter(({ name }) => names.includes(name));
    const failed = await runs.run(
      due.map(({ entry }) => entry),
      'schedule',
    );
    for (const task of due) {
      unready.delete(task);
      if (failed.has(entryName(task.entry))) failing.add(task.name);
      else failing.delete(task.name);
    }
  };
  const runPushed = async (tags: readonly PushedTag[]): Promise<void> => {
    const narrowed = narrowEntries(entries, tags);
    if (narrowed.length > 0) await runs.run(narrowed, 'notification');
  };
  const onPushed = (tags: readonly PushedTag[]): void => {
    for (const tag of tags)
      if (!pushed.add(`${tag.repository}:${tag.tag}`, tag)) {
        onLog({ level: 'warn', message: 'too many pushes, the schedule finds them', fields: {} });
        return;
      }
  };

  const secret = options.webhookSecret;
  const note = noteHooks(onLog);
  const onRequest = (outcome: HookOutcome): void => {
    metrics.hook(outcome);
    note(outcome);
  };
  const server = add(
    await serve({
      listen,
      metrics,
      isReady: () => unready.size === 0,
      command: 'reslim mirror',
      posts: secret === undefined ? {} : { '/hooks': answerHook({ secret, onPushed, onRequest }) },
    }),
  );
  const fields = { address: server.address, entries: entries.length };
  onLog({ level: 'info', message: 'listening', fields });
  const onNext = (task: string, time: number | undefined): void => {
    const entry = entryName(entries[Number(task)] as MirrorEntry);
    metrics.next(entry, time);
    if (time === undefined || !failing.has(task)) return;
    const nextTry = new Date(time).toISOString();
    const message = 'entry is tried again';
    onLog({ level: 'warn', message, fields: { entry, next_try: nextTry } });
  };
  await Promise.all([
    followAgenda(tasks, { run: runTasks, signal, onNext }),
    pushed.follow(runPushed),
  ]);
};

interface EntryTask extends Task {
  readonly entry: MirrorEntry;
}

/** Its name is its position: two entries may have one name. What is wrong with it shows at once, not at night. */
const taskOf = (
  entry: MirrorEntry,
  { at, interval }: { readonly at: number; readonly interval: number },
): EntryTask => {
  entrySource(entry.from);
  tagQuery(entry.tags ?? []);
  const schedule = entry.schedule ? cronSchedule(entry.schedule) : intervalSchedule(interval);
  return { name: String(at), entry, schedule };
};

/** Characters. A shorter one could be guessed. */
const LEAST_SECRET = 16;

const checkSecret = (secret: string | undefined): void => {
  if (secret !== undefined && secret.length < LEAST_SECRET)
    throw new ReslimError(
      'usage',
      `the secret of the webhooks has less than ${LEAST_SECRET} characters`,
      {
        hint: 'make one: openssl rand -hex 32',
      },
    );
};

/** What ends runs: no image is begun any more, and then, none is worked on any more. */
interface StopSignals {
  readonly drain: AbortSignal;
  readonly signal: AbortSignal;
}

const stopSignals = (drain: AbortSignal, timeout: number): StopSignals => {
  const stop = new AbortController();
  const later = (): void => void setTimeout(() => stop.abort(), timeout).unref();
  if (drain.aborted) later();
  else drain.addEventListener('abort', later, { once: true });
  return { drain, signal: stop.signal };
};
