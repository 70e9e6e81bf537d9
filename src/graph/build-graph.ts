import type { SystemPackages } from '../ecosystems/system-package.ts';
import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { chainFinder } from './edge-store.ts';
import { addFileNeeds } from './files/file-needs.ts';
import { findCalls } from './files/find-calls.ts';
import { addStringsOfPrograms } from './files/strings-of-programs.ts';
import type { Graph } from './graph.ts';
import type { Place } from './place.ts';
import type { Alternatives } from './shell/fields.ts';
import { findToolUse } from './tool-use.ts';
import { placeOfVariable } from './trace/name-variable.ts';
import { traceImage } from './trace/trace-image.ts';

/** What somebody will ask beyond what the image starts. What nobody asks about is not looked for. */
export interface GraphQuery {
  /** Programs whose callers must be known, as binary strings. */
  readonly programs: readonly string[];
  /** Whether the needs of all files must be known, started or not. */
  readonly fileNeeds: boolean;
  /** Command lines that are started beside those of the config. */
  readonly entries?: readonly string[] | undefined;
}

export interface GraphInput {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
  readonly packages: Pick<SystemPackages, 'list' | 'owners'>;
}

/** Finds out what an image starts, loads and reads, as far as that can be told without running it. */
export const buildGraph = async (
  { root, config, open, packages }: GraphInput,
  { programs, fileNeeds, entries }: GraphQuery,
): Promise<Graph> => {
  const { record, environment } = await traceImage({ root, config, open }, entries);
  const { calls, opened, references } = await findCalls(root, programs, packages, open);
  for (const edge of references) record.edges.add(edge);
  if (fileNeeds) {
    await addFileNeeds(record.edges, { root, config, open, calls, opened });
    const callers = [...calls.values()].flatMap((list) => list.map(({ file }) => file));
    await addStringsOfPrograms(record.edges, packages, { open, callers });
  }
  const { edges, named, commands, open: openEdges, words, mentions, signs } = record;
  return {
    needs: edges.from,
    users: edges.users,
    chainTo: chainFinder(edges),
    named,
    commands,
    open: openEdges,
    words: new Set(words.keys()),
    mentions: (word) => mentions.get(word),
    toolUse: (tool) => findToolUse(tool, { commands, environment: pairsOf(environment), signs }),
    callers: (program) => calls.get(program) ?? [],
  };
};

const pairsOf = (
  environment: ReadonlyMap<string, Alternatives>,
): (readonly [pair: string, place: Place])[] =>
  [...environment].flatMap(([name, values]) =>
    values.map((fields) => [`${name}=${fields.join(' ')}`, placeOfVariable(name)] as const),
  );
