import type { MirrorJob, MirrorOutcome } from '../../../src/api/mirror.ts';
import type { Queue } from '../../../src/queue/queue.ts';

export const newJob = (name: string, priority?: number): MirrorJob => ({
  id: Buffer.from(name).toString('hex'),
  entry: 'all',
  source: `docker://registry.example/from/${name}:1`,
  target: `docker://registry.example/to/${name}:1`,
  settings: priority === undefined ? {} : { priority },
});

export const nameOf = ({ target }: MirrorJob): string => /([^/]*):1$/.exec(target)?.[1] as string;

export const doneOutcome = (job: MirrorJob, attempts: number): MirrorOutcome => ({
  job,
  status: 'done',
  attempts,
  durationMs: 1,
});

export const gather = async (queue: Queue): Promise<MirrorOutcome[]> => {
  const all: MirrorOutcome[] = [];
  for await (const outcome of queue.outcomes()) all.push(outcome);
  return all;
};

export const names = (outcomes: readonly MirrorOutcome[]): string[] =>
  outcomes.map(({ job }) => nameOf(job));
