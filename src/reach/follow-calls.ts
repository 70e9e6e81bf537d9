import { baseOf } from '../base/byte-path.ts';
import { ARGUMENT, type ArgumentRegister } from '../elf/calls/constant-argument.ts';
import { readCallArguments } from '../elf/calls/read-call-arguments.ts';
import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { handlersOf } from '../graph/commands/command-table.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import type { FollowContext } from './follow-context.ts';

/** Whether the code of a program says all that it opens, and all that it starts. */
export interface ToldCalls {
  readonly opens: boolean;
  readonly starts: boolean;
}

/**
 * Starts the programs and command lines that an application's own program hands to functions as whole strings;
 * `undefined` where its code is not read. Libraries that it opens are among its strings.
 */
export const followCalls = async (
  { trace: { enqueue, config }, relations }: FollowContext,
  node: Node,
  file: FileAt,
): Promise<ToldCalls | undefined> => {
  if (relations.isPackaged(node) || PACKAGE_FOLDER.test(`/${pathOf(node)}`)) return undefined;
  const calls = await readCallArguments(file, argumentOf);
  if (!calls) return undefined;
  const place = { file: node };
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  const names = [...calls.keys()];
  // What imports neither in a way that is known here, is not told by that.
  const told = {
    opens: names.some((name) => OPENERS.test(name)),
    starts: names.some((name) => !OPENERS.test(name)),
  };
  for (const [name, { texts, isComplete }] of calls) {
    if (OPENERS.test(name)) {
      told.opens &&= isComplete;
      continue;
    }
    told.starts &&= isComplete;
    for (const text of texts)
      if (LINES.test(name)) enqueue({ step: { does: 'shell', text }, place, where });
      else {
        enqueue({ step: { does: 'run', words: [text] }, place, where });
        // What these start in turn, their arguments say, which are not read.
        told.starts &&= handlersOf(baseOf(text)).length === 0;
      }
  }
  return told;
};

const argumentOf = (name: string): ArgumentRegister | undefined => {
  if (SECOND.test(name)) return ARGUMENT.second;
  return OPENERS.test(name) || LINES.test(name) || PROGRAMS.test(name) ? ARGUMENT.first : undefined;
};

const OPENERS = /^(dlm?open|__libc_dlopen_mode|g_module_open|g_module_open_full)$/;

/** What these are handed, a shell reads, or is read as a shell would. */
const LINES = /^(system|popen|wordexp|g_spawn_command_line_a?sync)$/;

/** Programs to start. Arguments of the rest are no strings, and so never told. */
const PROGRAMS = /^(exec[vl][pe]{0,2}|posix_spawnp?|execveat|fexecve|g_spawn_\w+)$/;

/** Here the second argument counts: the first is a namespace, or a place for an answer. */
const SECOND = /^(dlmopen|posix_spawnp?)$/;
