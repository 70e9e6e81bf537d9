import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Hosts } from '../api/hosts.ts';
import type { MirrorOptions, MirrorOutcome, MirrorResult } from '../api/mirror.ts';
import { groupBy } from '../base/group-by.ts';
import { openLocalQueue } from '../queue/local-queue.ts';
import { openSeen, type Seen } from '../state/seen.ts';
import { openTargetLocks, type TargetLocks } from '../state/target-locks.ts';
import { deleteGone } from './delete-gone.ts';
import { mirrorImage, type MirrorRun } from './mirror-image.ts';
import { openHosts } from './open-hosts.ts';
import { planMirror } from './mirror-plan.ts';
import { withSession, type Session } from './session.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_ATTEMPTS = 3;
const DEFAULT_BACKOFF = 5000;

/** See `mirror`. */
export const mirrorNow = (options: MirrorOptions): Promise<MirrorResult> =>
  withSession(options, async (session) => {
    const { entries, dryRun = false, limits, runtime, drain } = options;
    const { onOutcome = () => {}, onProgress = () => {} } = options;
    const { signal } = session;
    // Every image that is under way listens; Node would warn of a leak.
    if (signal) setMaxListeners(0, signal);
    const hosts = sharedHosts(options, session);
    const network = { ...options.network, hosts };
    const { seen, hold } = await openState(options, session);
    const plan = await planMirror(entries, { session, network, seen, others: options.others });
    const found = [...plan.jobs, ...plan.settled.map(({ job }) => job)];
    for (const [entry, jobs] of groupBy(found, (job) => job.entry))
      onProgress({ type: 'planned', entry, images: jobs.length });
    const run: MirrorRun = { network, limits, runtime, signal, dryRun, seen, onProgress };
    const queue = session.add(
      openLocalQueue({
        run: (job, attempt) => hold(job.target, () => mirrorImage(job, attempt, run)),
        concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
        attempts: options.attempts ?? DEFAULT_ATTEMPTS,
        backoff: options.backoff ?? DEFAULT_BACKOFF,
        signal: AbortSignal.any([signal, drain].filter((each) => each !== undefined)),
      }),
    );
    await queue.add(plan.jobs);
    const outcomes: MirrorOutcome[] = [...plan.settled];
    plan.settled.forEach(onOutcome);
    for await (const outcome of queue.outcomes()) {
      onOutcome(outcome);
      outcomes.push(outcome);
    }
    const gone = await deleteGone(plan.deliveries, { session, network, dryRun });
    return {
      dryRun,
      outcomes: inOrderOf(plan.jobs, outcomes),
      deleted: gone.deleted,
      failedEntries: [...plan.failedEntries, ...gone.failedEntries],
      hosts: hosts.traffic(),
      notes: session.notes,
      durationMs: session.elapsed(),
    };
  });

/** What all images share for each host: those of the caller, or of this run alone. */
const sharedHosts = ({ network, hosts: policies }: MirrorOptions, session: Session): Hosts =>
  network?.hosts ??
  session.add(
    openHosts({
      policies,
      onEvent: (event) => {
        if (event.type === 'note') session.addNote(event.message);
      },
    }),
  );

/** What runs of one machine know of each other. */
interface MirrorState extends Pick<TargetLocks, 'hold'> {
  readonly seen: Seen | undefined;
}

/** A dry run remembers nothing, and waits for nobody. */
const openState = async (
  { state, dryRun }: MirrorOptions,
  { signal, addNote, add }: Session,
): Promise<MirrorState> => {
  if (state === undefined || dryRun) return { seen: undefined, hold: (_, action) => action() };
  const onWait = (): void => addNote('another run worked on some of the targets: waited for it');
  const { hold } = await openTargetLocks(join(state, 'locks'), { signal, onWait });
  const seen = openSeen(join(state, 'seen'), { warn: addNote });
  add({ close: async () => seen.close() });
  return { seen, hold };
};

/** They come as they are done; a report lists them as they were asked for. */
const inOrderOf = (
  jobs: readonly { readonly id: string }[],
  outcomes: readonly MirrorOutcome[],
): readonly MirrorOutcome[] => {
  const places = new Map(jobs.map(({ id }, at) => [id, at]));
  return outcomes.toSorted((a, b) => (places.get(a.job.id) ?? 0) - (places.get(b.job.id) ?? 0));
};
