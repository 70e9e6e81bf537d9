import { baseOf } from '../base/byte-path.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import type { Tool } from '../ecosystems/tool.ts';
import type { StartedCommand } from './graph.ts';
import type { Place } from './place.ts';
import { hasUnknown } from './word.ts';

/** What an image says about tools: the command lines it starts, its environment, its sources. */
export interface ToolTraces {
  readonly commands: readonly StartedCommand[];
  /** Variables as `NAME=value`. */
  readonly environment: readonly (readonly [pair: string, place: Place])[];
  /** Tools that sources have work, with the place that says so. */
  readonly signs: ReadonlyMap<string, Place>;
}

const TOOLS = new Map(
  ECOSYSTEMS.flatMap(({ tools = [] }) => tools).map((tool) => [tool.name, tool]),
);

/**
 * Where an image says that it uses a tool's cache or store when it runs: by a command line for which the
 * tool reads it, by telling the tool to work without a network, or by a source. A name that is no known
 * tool's is that of a program.
 */
export const findToolUse = (name: string, traces: ToolTraces): Place | undefined => {
  const tool: Tool = TOOLS.get(name) ?? { name, programs: { [name]: undefined } };
  return (
    traces.commands.find(({ words }) => isUse(tool, words))?.place ??
    traces.environment.find(([pair]) => settingsOf(tool).some((each) => each.test(pair)))?.[1] ??
    traces.signs.get(name)
  );
};

const settingsOf = ({ offline = [], askedBy = [] }: Tool): readonly RegExp[] => [
  ...offline,
  ...askedBy,
];

const isUse = ({ programs }: Tool, [program = '', ...args]: readonly string[]): boolean => {
  const name = baseOf(program);
  if (!Object.hasOwn(programs, name)) return false;
  const verbs = programs[name];
  if (!verbs || args.some((word) => verbs.includes(word) || hasUnknown(word))) return true;
  if (args.some((word) => OFFLINE.test(word))) return true;
  return verbs.includes('') && args.every((word) => word.startsWith('-'));
};

const OFFLINE =
  /^--((prefer-)?offline|no-network|cacheonly|no-index|find-links|local|prefer-local)\b/;
