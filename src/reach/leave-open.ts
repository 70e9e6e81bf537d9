import { isProgram } from '../graph/find-files.ts';
import type { Node } from '../tree/node.ts';
import type { ToldCalls } from './follow-calls.ts';
import type { FollowContext } from './follow-context.ts';
import { longestPath } from './longest-path.ts';
import { programsLike } from './follow-made-names.ts';
import type { ProgramStrings } from './program-strings.ts';

interface Told {
  /** What a loader reads of it, which may be among the strings. */
  readonly named: ReadonlySet<string>;
  /** What its code says; `undefined` where that is not read. */
  readonly calls: ToldCalls | undefined;
}

/**
 * What a program opens and starts by names that are not among its strings, it makes up or is told. A packaged one finds
 * that in its own package and in those which this depends on; what such programs start, their packages depend on.
 */
export const leaveOpen = (
  context: FollowContext,
  node: Node,
  strings: ProgramStrings,
  { named, calls }: Told,
): void => {
  const { trace, families, relations, packages } = context;
  const { opens, starts, libraries, makesNames } = strings;
  if (families.know(node)) return;
  const { record } = trace;
  const place = { file: node };
  const hasLibraries = libraries.some((name) => !named.has(name)) && !makesNames;
  if (relations.isPackaged(node)) {
    if (!opens || hasLibraries) return;
    packages.followLibraries(node);
    record.leaveOpen({ kind: 'loads', place, word: 'libraries of its package', isCovered: true });
    return;
  }
  const leave = (kind: 'loads' | 'starts', word: string, isCovered: boolean): void =>
    record.leaveOpen({ kind, place, word, isCovered });

  if (opens && !calls?.opens) {
    if (isBoundToFolders(context, strings))
      leave('loads', 'libraries in folders that it reads', true);
    else if (isBoundToVersions(strings))
      leave('loads', 'a library of a version that it tries', true);
    else if (!calls && hasLibraries) leave('loads', 'libraries that its strings name', true);
    else leave('loads', 'a library by a computed name', false);
  }
  if (starts && !calls?.starts) {
    const hasPrograms =
      strings.words.length + strings.commands.length > 0 ||
      strings.paths.some((path) => !named.has(path) && leadsToProgram(context, path));
    if (!calls && hasPrograms) leave('starts', 'programs that its strings name', true);
    else if (isBoundToPattern(context, strings))
      leave('starts', 'programs whose names begin as its strings say', true);
    else leave('starts', 'a program by a computed name', false);
  }
};

const leadsToProgram = ({ trace }: FollowContext, path: string): boolean => {
  const found = longestPath(trace, path);
  return found !== undefined && isProgram(found.node);
};

/**
 * Whether a program that gets no names from outside opens what it finds in folders: it reads them, and names a folder,
 * or how plug-ins end.
 */
const isBoundToFolders = (
  { trace }: FollowContext,
  { readsFolders, isToldNames, paths, namesEnding }: ProgramStrings,
): boolean =>
  readsFolders &&
  !isToldNames &&
  (namesEnding || paths.some((path) => longestPath(trace, path)?.node.children !== undefined));

/** The same where all names that it puts together lack no more than a version. */
const isBoundToVersions = ({ isToldNames, libraryPatterns }: ProgramStrings): boolean =>
  !isToldNames &&
  libraryPatterns.length > 0 &&
  libraryPatterns.every((pattern) => !pattern.includes('%s'));

/** The same where all names of programs that it puts together begin in the same way in a folder of their own. */
const isBoundToPattern = (
  { trace }: FollowContext,
  { isToldNames, pathPatterns }: ProgramStrings,
) =>
  !isToldNames &&
  pathPatterns.length > 0 &&
  pathPatterns.every((pattern) => programsLike(trace, pattern).length > 0);
