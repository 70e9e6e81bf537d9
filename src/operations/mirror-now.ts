import { setMaxListeners } from 'node:events';
import type { MirrorOptions, MirrorOutcome, MirrorResult } from '../api/mirror.ts';
import { groupBy } from '../base/group-by.ts';
import { withLimits } from '../mirror/job-limits.ts';
import { deleteGone } from './delete-gone.ts';
import { mirrorImage, type MirrorRun } from './mirror-image.ts';
import { planMirror } from './mirror-plan.ts';
import { joinFleet } from './join-fleet.ts';
import type { Fleet } from './open-fleet.ts';
import { openQueue } from './open-queue.ts';
import { openState } from './open-state.ts';
import { sharedHosts } from './shared-hosts.ts';
import { withSession } from './session.ts';

/** See `mirror`. `shared` is the fleet of the queue, where the caller has joined it. */
export const mirrorNow = (options: MirrorOptions, shared?: Fleet): Promise<MirrorResult> =>
  withSession(options, async (session) => {
    const { entries, hosts: policies = {}, dryRun = false, limits, runtime } = options;
    const { onOutcome = () => {}, onProgress = () => {} } = options;
    const { signal, temp } = session;
    // Every image that is under way listens; Node would warn of a leak.
    if (signal) setMaxListeners(0, signal);
    const fleet = shared ?? (await joinFleet(options, session));
    const hosts = sharedHosts(options, session, { pace: fleet?.pace });
    const network = { ...options.network, hosts };
    // A dry run remembers nothing, and waits for nobody.
    const { seen, hold } = await openState(
      dryRun ? undefined : options.state,
      session,
      fleet?.seen,
    );
    const plan = await planMirror(entries, { session, network, seen, others: options.others });
    const found = [...plan.jobs, ...plan.settled.map(({ job }) => job)];
    for (const [entry, jobs] of groupBy(found, (job) => job.entry))
      onProgress({ type: 'planned', entry, images: jobs.length });
    const run: MirrorRun = { network, limits, runtime, signal, temp, dryRun, seen, onProgress };
    const queue = session.add(
      await openQueue(
        options,
        {
          fleet,
          run: (job, attempt) => hold(job.target, () => mirrorImage(job, attempt, run)),
        },
        session,
      ),
    );
    await queue.add(fleet ? plan.jobs.map((job) => withLimits(job, policies)) : plan.jobs);
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

/** They come as they are done; a report lists them as they were asked for. */
const inOrderOf = (
  jobs: readonly { readonly id: string }[],
  outcomes: readonly MirrorOutcome[],
): readonly MirrorOutcome[] => {
  const places = new Map(jobs.map(({ id }, at) => [id, at]));
  return outcomes.toSorted((a, b) => (places.get(a.job.id) ?? 0) - (places.get(b.job.id) ?? 0));
};
