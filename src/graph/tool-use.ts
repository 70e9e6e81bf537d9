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

/** Several ecosystems may have tools of one name. */
export const TOOLS: readonly Tool[] = ECOSYSTEMS.flatMap(({ tools = [] }) => tools);

/**
 * Where an image says that it uses a tool's cache or store when it runs: by a command line for which the
 * tool reads it, by telling the tool to work without a network, or by a source. A name that is no known
 * tool's is that of a program.
 */
export const findToolUse = (name: string, traces: ToolTraces): Place | undefined => {
  const known = TOOLS.filter((tool) => tool.name === name);
  const tools: readonly Tool[] =
    known.length > 0 ? known : [{ name, programs: { [name]: undefined } }];
  const settings = tools.flatMap(settingsOf);
  return (
    traces.commands.find(({ words }) => tools.some((tool) => isUse(tool, words)))?.place ??
    traces.environment.find(([pair]) => settings.some((each) => each.test(pair)))?.[1] ??
    traces.signs.get(name)
  );
};

const settingsOf = ({ offline = [], askedBy = [] }: Tool): readonly RegExp[] => [
  ...offline,
  ...askedBy,
];

/** Whether a command line starts a tool for what it keeps its cache or store for. */
export const isUse = (tool: Tool, words: readonly string[]): boolean => {
  const [program = '', ...args] = words;
  const { programs, signs = [] } = tool;
  if (signs.some((sign) => sign.test(words.join(' ')))) return true;
  // `python manage.py collectstatic`, `node node_modules/vite/bin/vite.js build`, `python -m pip install`
  const script = INTERPRETER.test(baseOf(program))
    ? args.findIndex((word) => !word.startsWith('-'))
    : -1;
  if (script >= 0 && isUse(tool, args.slice(script))) return true;
  const name = namesOf(baseOf(program)).find((each) => Object.hasOwn(programs, each));
  if (name === undefined) return false;
  const verbs = programs[name];
  if (!verbs || args.some((word) => verbs.includes(word) || hasUnknown(word))) return true;
  if (args.some((word) => OFFLINE.test(word))) return true;
  return verbs.includes('') && args.every((word) => word.startsWith('-'));
};

const INTERPRETER = /^(python|pypy|node|nodejs|ruby|perl|php)[\d.]*$/;

/** How a program may be known: `pip3.11` as pip, `vite.js` as vite, `cargo-watch` as `cargo-*`. */
const namesOf = (name: string): readonly string[] => {
  const plain = name.replace(/(-?\d+(\.\d+)*|\.[cm]?js|\.phar)$/, '');
  return [name, plain, plain.replace(/-.*/, '-*')];
};

const OFFLINE =
  /^--((prefer-)?offline|no-network|cacheonly|no-index|find-links|local|prefer-local)\b/;
