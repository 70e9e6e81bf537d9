import { baseOf, parentOf, showPath, toBytes, type BytePath } from '../base/byte-path.ts';
import { anyOf } from '../ecosystems/any-of.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import type { RecordedTime } from '../ecosystems/time-records.ts';
import type { Graph } from '../graph/graph.ts';
import type { Entry } from '../layer/entry.ts';
import type { Config } from '../oci/config.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';

/** Entries whose time must stay as it is, each with what needs it, in words. */
export type RecordedTimes = ReadonlyMap<Entry, string>;

export interface RecordedTimesInput {
  /** All that stays. */
  readonly nodes: readonly Node[];
  /** Times after this would change: seconds since the epoch. */
  readonly after: number;
  readonly config: Config;
  readonly graph: Graph;
  readonly open: OpenFile;
}

/**
 * Finds entries whose time another file of the image records: archives of classes record those of jars,
 * bytecode that of its source. Where the image starts a build tool that goes by times, those of the working
 * folder count as well.
 */
export const findRecordedTimes = async ({
  nodes,
  after,
  config,
  graph,
  open,
}: RecordedTimesInput): Promise<RecordedTimes> => {
  const recorded = new Map<Entry, string>();
  const late = nodes.filter(({ entry }) => entry && entry.mtime > after);
  if (late.length === 0) return recorded;
  const lookUp = newLookUp(late);
  const note = (times: readonly RecordedTime[], by: string): void => {
    for (const time of times)
      for (const { entry } of lookUp(time))
        if (entry && !recorded.has(entry)) recorded.set(entry, by);
  };
  for (const node of nodes) {
    if (!NAMES.test(node.name) || typeOf(node) !== 'file') continue;
    const path = `/${pathOf(node)}`;
    const file = open(node);
    if (!file || file.size > MAX_RECORD) continue;
    for (const { names, folders, read } of TIME_RECORDS)
      if (names.test(node.name) && (folders?.test(parentOf(path)) ?? true))
        note(await read(path, file), showPath(path.slice(1)));
  }
  const builder = graph.commands.find(({ words }) => GO_BY_TIMES.has(baseOf(words[0] ?? '')));
  const home = `/${toBytes(config.runtime.workingDir).replaceAll(/^\/+|\/+$/g, '')}`;
  if (builder && home !== '/') note([{ folder: home }], baseOf(builder.words[0] as string));
  return recorded;
};

const MAX_RECORD = 1024 ** 3;

const TIME_RECORDS = ECOSYSTEMS.flatMap(({ timeRecords = [] }) => timeRecords);

const NAMES = anyOf(TIME_RECORDS.map(({ names }) => names));

/** Build tools that make again what is older than its sources. */
const GO_BY_TIMES = new Set(
  'make gmake ninja samu rake cargo gradle gradlew mvn mvnw mix rebar3'.split(' '),
);

const newLookUp = (late: readonly Node[]): ((time: RecordedTime) => readonly Node[]) => {
  const byPath = new Map<BytePath, Node>(late.map((node) => [`/${pathOf(node)}`, node]));
  const byName = groupBy(late, ({ name }) => name);
  const byTime = groupBy(late, ({ entry }) => String((entry as Entry).mtime >>> 0));
  return ({ path, name, folder, mtime, size }) => {
    const one = path === undefined ? undefined : byPath.get(path);
    const found =
      path !== undefined
        ? [...(one ? [one] : [])]
        : name !== undefined
          ? (byName.get(name) ?? [])
          : mtime !== undefined
            ? (byTime.get(String(mtime >>> 0)) ?? [])
            : late.filter((node) => `/${pathOf(node)}`.startsWith(`${folder}/`));
    return found.filter(
      ({ entry }) =>
        (mtime === undefined || (entry as Entry).mtime >>> 0 === mtime >>> 0) &&
        (size === undefined || entry?.size === size),
    );
  };
};

const groupBy = (nodes: readonly Node[], keyOf: (node: Node) => string): Map<string, Node[]> => {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  return groups;
};
