import { setMaxListeners } from 'node:events';
import type {
  DeletedTag,
  FailedEntry,
  MirrorJob,
  MirrorOptions,
  MirrorOutcome,
  MirrorResult,
} from '../api/mirror.ts';
import { groupBy } from '../base/group-by.ts';
import { withLimits } from '../mirror/job-limits.ts';
import type { Queue } from '../queue/queue.ts';
import { deleteGone } from './delete-gone.ts';
import { joinFleet } from './join-fleet.ts';
import { mirrorImage, type MirrorRun } from './mirror-image.ts';
import { planMirror } from './mirror-plan.ts';
import type { Fleet } from './open-fleet.ts';
import { openQueue } from './open-queue.ts';
import { openRunLayers } from './open-run-layers.ts';
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
    const runLayers = await openRunLayers(session);
    const common = { network, limits, runtime, signal, temp, runLayers };
    const run: MirrorRun = { ...common, dryRun, seen, onProgress };
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
    const done = nothingDone();
    const resultOf = ({ jobs, outcomes, deleted, failedEntries }: Done): MirrorResult => ({
      dryRun,
      interrupted: false,
      outcomes: inOrderOf(jobs, outcomes),
      deleted,
      failedEntries,
      hosts: hosts.traffic(),
      notes: session.notes,
      durationMs: session.elapsed(),
    });
    try {
      const plan = await planMirror(entries, { session, network, seen, others: options.others });
      done.failedEntries.push(...plan.failedEntries);
      done.jobs = plan.jobs;
      done.outcomes.push(...plan.settled);
      const found = [...plan.jobs, ...plan.settled.map(({ job }) => job)];
      for (const [entry, jobs] of groupBy(found, (job) => job.entry))
        onProgress({ type: 'planned', entry, images: jobs.length });
      plan.settled.forEach(onOutcome);
      await queue.add(fleet ? plan.jobs.map((job) => withLimits(job, policies)) : plan.jobs);
      for await (const outcome of queue.outcomes()) {
        onOutcome(outcome);
        done.outcomes.push(outcome);
      }
      const gone = await deleteGone(plan.deliveries, { session, network, dryRun });
      done.deleted.push(...gone.deleted);
      done.failedEntries.push(...gone.failedEntries);
      return resultOf(done);
    } catch (error) {
      if (options.onInterrupted && (signal?.aborted || options.drain?.aborted)) {
        done.outcomes.push(...(await interruptedOutcomes(done, queue)));
        options.onInterrupted({ ...resultOf(done), interrupted: true });
      }
      throw error;
    }
  });

/** What a run has done so far. */
interface Done {
  jobs: readonly MirrorJob[];
  readonly outcomes: MirrorOutcome[];
  readonly deleted: DeletedTag[];
  readonly failedEntries: FailedEntry[];
}

const nothingDone = (): Done => ({ jobs: [], outcomes: [], deleted: [], failedEntries: [] });

/** One for each job that has none. Those that were not even added were never tried. */
const interruptedOutcomes = async (
  { jobs, outcomes }: Done,
  queue: Queue,
): Promise<MirrorOutcome[]> => {
  const known = new Set(outcomes.map(({ job }) => job.id));
  const added = new Map((await queue.unfinished()).map((outcome) => [outcome.job.id, outcome]));
  return jobs
    .filter(({ id }) => !known.has(id))
    .map((job) => added.get(job.id) ?? { job, status: 'interrupted', attempts: 0, durationMs: 0 });
};

/** They come as they are done; a report lists them as they were asked for. */
const inOrderOf = (
  jobs: readonly { readonly id: string }[],
  outcomes: readonly MirrorOutcome[],
): readonly MirrorOutcome[] => {
  const places = new Map(jobs.map(({ id }, at) => [id, at]));
  return outcomes.toSorted((a, b) => (places.get(a.job.id) ?? 0) - (places.get(b.job.id) ?? 0));
};
