import { baseOf, toBytes } from '../../base/byte-path.ts';
import type { Config } from '../../oci/config.ts';
import type { Node } from '../../tree/node.ts';
import { newStepBudget } from '../../tree/resolve.ts';
import { newFinder } from '../find-files.ts';
import { newRecord, type Record, type RecordListener } from '../record.ts';
import type { Alternatives } from '../shell/fields.ts';
import { callTools } from './call-tools.ts';
import { homeFolder } from './home-folder.ts';
import { nameInConfig } from './name-in-config.ts';
import { recentTexts } from './recent-texts.ts';
import { entryTask, rootTasks } from './roots.ts';
import type { Task, Trace } from './state.ts';
import { takeStep } from './take-step.ts';

export interface TracedImage {
  readonly record: Record;
  /** Values that variables may have, of the config and as scripts export them. */
  readonly environment: ReadonlyMap<string, Alternatives>;
}

/**
 * Follows what the image starts, from its config on. It never fails at what scripts say; what passes a
 * limit is left open.
 */
export const traceImage = async (
  image: Pick<Trace, 'root' | 'config' | 'open'>,
  entries?: readonly string[],
): Promise<TracedImage> => {
  const { trace, takeSteps } = await openTrace(image, TRACE_LIMITS);
  startTrace(trace, entries);
  await takeSteps();
  callTools(trace);
  return { record: trace.record, environment: trace.environment };
};

/** Notes what the config names, and sets out to do what it starts, and what the user says that is started. */
export const startTrace = (trace: Trace, entries: readonly string[] = []): void => {
  for (const task of rootTasks(trace.config)) trace.enqueue(task);
  for (const line of entries) trace.enqueue(entryTask(line, trace.config));
  nameInConfig(trace);
};

/** A trace, and how to go on with it: until there is nothing left to do. More may be added after that. */
export interface OpenTrace {
  readonly trace: Trace;
  readonly takeSteps: () => Promise<void>;
}

export interface TraceLimits {
  readonly tasks: number;
  /** Text of scripts, sources and settings, all together. */
  readonly bytes: number;
}

/** Large images with many services take a few hundred steps. */
const TRACE_LIMITS: TraceLimits = { tasks: 20_000, bytes: 16 * 1024 * 1024 };

export const openTrace = async (
  { root, config, open }: Pick<Trace, 'root' | 'config' | 'open'>,
  limits: TraceLimits,
  listener?: RecordListener,
): Promise<OpenTrace> => {
  const home = await homeFolder({ root, config, open });
  const record = newRecord(listener);
  const queue: Task[] = [];
  const isNew = newTasks();
  const recent = recentTexts(MAX_KEPT);
  const counted = new Set<Node>();
  let bytes = 0;
  let next = 0;
  const trace: Trace = {
    root,
    config,
    open,
    record,
    programs: new Map(),
    texts: new Map(),
    made: new Map(),
    starts: new Map(),
    restarts: new Map(),
    finder: newFinder(root, newStepBudget()),
    environment: new Map(environmentOf(config, home)),
    enqueue: (task) => {
      if (!isNew(task)) return;
      if (queue.length < limits.tasks) queue.push(task);
      else record.leaveOpen({ kind: 'starts', place: task.place, word: '', isCovered: false });
    },
    readText: async (node, limit) => {
      const file = open(node);
      if (!file || file.size > limit) return undefined;
      const known = recent.get(node);
      if (known !== undefined) return known;
      if (!counted.has(node)) {
        if (bytes + file.size > limits.bytes) {
          record.leaveOpen({ kind: 'reads', place: { file: node }, word: '', isCovered: false });
          return undefined;
        }
        bytes += file.size;
        counted.add(node);
      }
      const text = (await file.read(0, file.size)).toString('latin1');
      recent.add(node, text);
      return text;
    },
  };
  return {
    trace,
    takeSteps: async () => {
      while (next < queue.length) await takeStep(trace, queue[next++] as Task);
    },
  };
};

/** Text that is kept for those who read it again, in bytes. */
const MAX_KEPT = 2 * 1024 * 1024;

/** Tells what was not there before. A script that is started from many places with the same words is looked at once. */
const newTasks = (): ((task: Task) => boolean) => {
  const seen = new Set<string>();
  const ids = new Map<Node, number>();
  const idOf = (node: Node): number => {
    const id = ids.get(node) ?? ids.size;
    ids.set(node, id);
    return id;
  };
  const keyOf = ({ step, place, where }: Task): string => {
    const at = `${where.folders[0]}\0${where.input ?? ''}\0${where.isFed === true}`;
    if (step.does === 'look' || step.does === 'mention' || step.does === 'source')
      return `${step.does}\0${idOf(step.node)}`;
    if (step.does === 'start')
      return `start\0${idOf(step.node)}\0${baseOf(step.path)}\0${step.args.join('\0')}\0${at}`;
    const from = place.file ? idOf(place.file) : '';
    return `${JSON.stringify(step)}\0${from}\0${place.line ?? place.member}\0${at}`;
  };
  return (task) => {
    const key = keyOf(task);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
};

const environmentOf = ({ runtime }: Config, home: string): (readonly [string, Alternatives])[] => [
  ['HOME', [[home]]],
  ...runtime.env.map(toBytes).flatMap((pair): [string, Alternatives][] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at), [[pair.slice(at + 1)]]]] : [];
  }),
];
