import { baseOf } from '../base/byte-path.ts';
import type { ClassFile } from '../graph/sources/class-file.ts';
import { handlersOf } from '../graph/commands/command-table.ts';
import type { Place } from '../graph/place.ts';
import type { Where } from '../graph/trace/state.ts';
import { programsNamed } from '../graph/trace/name-files.ts';
import { UNKNOWN } from '../graph/word.ts';
import type { FollowContext } from './follow-context.ts';
import { loadNamed } from './load-named.ts';

/** What was found of names in classes: whether they start programs or open libraries, and name any. */
export interface ClassNames {
  readonly starts: boolean;
  readonly opens: boolean;
  readonly hasPrograms: boolean;
  readonly hasLibraries: boolean;
}

/** Whether the bytes of a class may be of interest, before more is read of it. */
export const mayUse = (bytes: Buffer): boolean => MARKS.some((mark) => bytes.includes(mark));

const MARKS = [
  ...['java/lang/ProcessBuilder', 'java/lang/Runtime', 'loadLibrary', 'com/sun/jna/', 'jnr/ffi/'],
  ...['java/lang/reflect/Method', 'java/lang/foreign/SymbolLookup'],
  ...['org/apache/commons/exec/', 'org/zeroturnaround/exec/'],
].map((mark) => Buffer.from(mark));

/**
 * Notes the programs and libraries that the texts of a class name, if it can start or open some: by themselves, or at the
 * beginning of a command line.
 */
export const followClass = async (
  context: FollowContext,
  { texts, uses }: ClassFile,
  place: Place,
  where: Where,
): Promise<ClassNames> => {
  const starts =
    STARTERS.some((name) => uses.has(name)) ||
    (uses.has('java/lang/reflect/Method.invoke') && texts.some((text) => LOOKED_UP.test(text)));
  // Beside a name that it has, it may be told others.
  const isTold = [...uses].some((name) => TELLERS.test(name));
  const opens = [...uses].some((name) => OPENERS.test(name));
  let hasPrograms = false;
  let hasLibraries = false;
  for (const text of starts ? texts : []) {
    const line = text.replaceAll('\u0001', UNKNOWN);
    const [program = ''] = line.trim().split(/\s+/);
    const isLine = program !== line;
    if (program === '' || programsNamed(context.trace, program, where).length === 0) continue;
    // What a shell or a wrapper starts, their arguments say.
    hasPrograms ||= !isTold && (isLine || handlersOf(baseOf(program)).length === 0);
    context.trace.enqueue({
      step: isLine
        ? { does: 'shell', text: line.replaceAll(UNKNOWN, '${_}') }
        : { does: 'run', words: [program] },
      place,
      where,
    });
  }
  for (const text of opens ? texts : [])
    if (/^[\w./+-]{1,200}$/.test(text) && (await isLibrary(context, text))) {
      hasLibraries = true;
      await loadNamed(context, text, place);
    }
  return { starts, opens, hasPrograms, hasLibraries };
};

const STARTERS = [
  'java/lang/ProcessBuilder',
  'java/lang/Runtime.exec',
  'org/apache/commons/exec/CommandLine',
  'org/zeroturnaround/exec/ProcessExecutor',
];

/** Parts of names by which methods that start programs are looked up. */
const LOOKED_UP = /^(?:exec|start|getRuntime|java\.lang\.?)$|java\.lang\.(?:Runtime|Process)/;

/** What reads settings, variables and files. */
const TELLERS =
  /^(?:java\/util\/(?:Properties|Scanner|ResourceBundle)|java\/lang\/System\.(?:getenv|getProperty)|java\/nio\/file\/Files\.(?:read|lines|newBufferedReader)|java\/io\/(?:BufferedReader|FileReader|FileInputStream)\b)/;

const OPENERS =
  /^(java\/lang\/(System|Runtime)\.load(Library)?|com\/sun\/jna\/Native\.(load|loadLibrary|register)|jnr\/ffi\/LibraryLoader|java\/lang\/foreign\/SymbolLookup)/;

const isLibrary = async ({ libraries, search }: FollowContext, text: string): Promise<boolean> => {
  const name = baseOf(text);
  const base = name.replace(/^lib/, '').replace(/\.so(\.[\d.]*)?$/, '');
  return libraries.has(base) || (await search(name, { folders: [] })).length > 0;
};
