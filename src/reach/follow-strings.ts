import { startsByNumber } from '../elf/calls/starts-by-number.ts';
import type { Machine } from '../elf/header.ts';
import { SHELLS } from '../graph/commands/shells.ts';
import { isProgram as isExecutable, type Found } from '../graph/find-files.ts';
import { programsNamed } from '../graph/trace/name-files.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import { followCalls } from './follow-calls.ts';
import type { FollowContext } from './follow-context.ts';
import { followMadeNames } from './follow-made-names.ts';
import { followUnended } from './follow-unended.ts';
import { leaveOpen } from './leave-open.ts';
import { longestPath } from './longest-path.ts';
import { readProgramStrings, type ProgramStrings } from './program-strings.ts';

interface Header {
  readonly machine: Machine | undefined;
  /** What a loader reads, which may be among the strings, too. */
  readonly named: ReadonlySet<string>;
}

/** Notes what a program or library names among its strings: libraries that it may open, programs, files, folders. */
export const followStrings = async (
  context: FollowContext,
  node: Node,
  file: FileAt,
  { machine, named }: Header,
): Promise<void> => {
  const { trace, isProgram, relations, families } = context;
  const read = await readProgramStrings(file, isProgram);
  if (!read) return;
  const asks = await asksKernel(context, node, file, read);
  // Of a program that no package owns, nothing else says which programs it may use.
  const strings = relations.isPackaged(node)
    ? read
    : { ...read, words: [...read.words, ...read.codes], starts: read.starts || asks };
  const { record, enqueue, config } = trace;
  const place = { file: node };
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  const start = (program: string): void =>
    enqueue({ step: { does: 'run', words: [program] }, place, where });
  const startAny = (words: readonly string[], may: (user: Node, used: Node) => boolean): void => {
    for (const word of words)
      if (
        programsNamed(trace, word, where).some(
          (found) => may(node, found.node) && !families.refuse(node, found.node),
        )
      )
        start(word);
  };

  const told = strings.opens || strings.starts ? await followCalls(context, node, file) : undefined;
  // What it asks the kernel for, no function is handed.
  const calls = told && asks ? { ...told, starts: false } : told;
  if (strings.opens)
    for (const name of strings.libraries)
      for (const found of await librariesNamed(context, name, machine))
        record.need('loads', found, place);
  const unended = await followUnended(context, node, file, { where, ...strings });
  // What a program in Go is linked with that is in C, starts what it does.
  const isInC = strings.starts && !strings.isStatic && !strings.isRust;
  const others = unended && !isInC ? { ...strings, starts: false } : strings;
  leaveOpen(context, node, others, { named, calls });
  await followMadeNames(context, node, strings, calls);
  // What a shell starts, its scripts say.
  if (others.starts && !SHELLS.includes(node.name)) {
    startAny(strings.commands, relations.mayUse);
    startAny(
      // In large programs, what has two letters is hardly ever a program.
      strings.words.filter(({ length }) => length > 2 || strings.data !== undefined),
      relations.mayMean,
    );
  }
  for (const path of strings.paths) {
    const found = longestPath(trace, path);
    if (!found || SOURCE.test(found.node.name)) continue;
    if (found.node.children) {
      if (relations.mayUseAll(node, found.node)) record.need('reads', found, place, true);
    } else if (
      isExecutable(found.node) &&
      !isLibrary(found.node) &&
      families.refuse(node, found.node)
    ) {
      continue;
    } else if (
      strings.starts &&
      unended !== 'all' &&
      isExecutable(found.node) &&
      relations.mayUse(node, found.node)
    ) {
      // With the links on the way: `/bin/sh` leads to dash.
      record.need('starts', found, place);
      start(`/${pathOf(found.node)}`);
    } else if (strings.starts || !isExecutable(found.node) || relations.mayMean(node, found.node))
      // What starts nothing may tell programs by their names, as libmagic does.
      record.need(strings.opens && isLibrary(found.node) ? 'loads' : 'reads', found, place);
  }
};

/** Whether an application's own program starts others without a function that is known for it. */
const asksKernel = async (
  { relations }: FollowContext,
  node: Node,
  file: FileAt,
  { isStatic, isRust, callsSyscall }: ProgramStrings,
): Promise<boolean> =>
  !relations.isPackaged(node) &&
  !C_LIBRARY.test(node.name) &&
  // The library of Rust asks for other things by their numbers.
  (await startsByNumber(file, { isStatic, callsSyscall: callsSyscall && !isRust })) === true;

/** A C library and its loader, which an application may bring along: they ask for what programs have them ask for. */
const C_LIBRARY = /^(?:ld(?:64)?(?:-linux|-musl|-\d)?[\w.-]*\.so|libc\.so|libc[.-]musl|libc-\d)/;

/** The libraries of a name; where there is none, those of any version: `libicuuc.so.%s`. */
const librariesNamed = async (
  { search, libraries }: FollowContext,
  name: string,
  machine: Machine | undefined,
): Promise<readonly Found[]> => {
  const found = await search(name, { folders: [], machine });
  if (found.length > 0) return found;
  const base = name.replace(/^lib/, '').replace(/\.so.*$/, '');
  return (libraries.get(base) ?? []).map((node) => ({ node, via: [] }));
};

/** Compilers leave the names of sources behind, for messages. */
const SOURCE = /\.(?:h|hh|hpp|hxx|c|cc|cpp|cxx|pyx|pxd)$/;

const isLibrary = ({ name }: Node): boolean => /\.so(\.|$)/.test(name);
