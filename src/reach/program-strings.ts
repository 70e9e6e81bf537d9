import { readElfText } from '../elf/read-strings.ts';
import { isInTable } from '../graph/files/name-tables.ts';
import type { FileAt } from '../tree/open-file.ts';

/** What the strings of an ELF file say that it may use. Binary strings, each once, in the order of the file. */
export interface ProgramStrings {
  /** Whether it can start programs, and open libraries, as the functions say that it imports. */
  readonly starts: boolean;
  readonly opens: boolean;
  /** File names of libraries, without folders. */
  readonly libraries: readonly string[];
  /** Whether it puts names of libraries together: `plugin_%s.so`. */
  readonly makesNames: boolean;
  /** Whole paths, perhaps with more behind them where strings have no ends. */
  readonly paths: readonly string[];
  /** Names of programs by themselves, of those that were asked about. */
  readonly words: readonly string[];
  /** The same of whole command lines: with an option or something filled in behind them. */
  readonly commands: readonly string[];
}

/** Reads the strings of an ELF file; `undefined` for other files. `isProgram` tells names of programs. */
export const readProgramStrings = async (
  file: FileAt,
  isProgram: (name: string) => boolean,
): Promise<ProgramStrings | undefined> => {
  const text = file.size <= MAX_PROGRAM ? await readElfText(file) : undefined;
  if (!text) return undefined;
  const libraries = new Set<string>();
  const paths = new Set<string>();
  const words = new Set<string>();
  const commands = new Set<string>();
  // A static program imports nothing: what it can do, only its own strings say.
  let starts = STARTERS.test(text.symbols);
  let opens = OPENERS.test(text.symbols);
  const isStatic = text.symbols === '';
  let makesNames = false;
  for await (const piece of text.pieces) {
    if (isStatic) {
      starts ||= GO_STARTERS.test(piece) || STARTERS.test(piece);
      opens ||= OPENERS.test(piece);
    }
    makesNames ||= MADE_NAME.test(piece);
    for (const [name] of piece.matchAll(LIBRARY))
      if (libraries.size < MAX_FOUND) libraries.add(name);
    for (const { 0: path, index } of piece.matchAll(PATH))
      if (paths.size < MAX_FOUND && !isOfBuild(piece, index)) paths.add(path);
    for (const { 1: name = '', 2: more, index } of piece.matchAll(WORD)) {
      if (!isProgram(name)) continue;
      if (more !== undefined) commands.add(name);
      else if (!isInTable(piece, index)) words.add(name);
    }
  }
  return {
    starts,
    opens,
    libraries: [...libraries],
    makesNames,
    paths: [...paths],
    words: [...words],
    commands: [...commands],
  };
};

/**
 * Whether a path at a position is that of a program by which this one was built: `'TAR=/bin/tar'` in the options of
 * `configure`, which PostgreSQL, PHP and others remember.
 * @see https://www.gnu.org/software/autoconf/manual/autoconf-2.72/html_node/Defining-Variables.html
 */
const isOfBuild = (piece: string, at: number): boolean => {
  const before = piece.slice(Math.max(0, at - LONGEST_LINE), at);
  return (
    /'[A-Z][A-Z0-9_]*=$/.test(before) && /'--[a-z]/.test(before.slice(before.lastIndexOf('\0') + 1))
  );
};

const LONGEST_LINE = 4096;

const STARTERS =
  /(^|\0)(posix_spawnp?|exec[vl][pe]{0,2}|execveat|fexecve|system|popen|wordexp|g_spawn_\w+)(?=\0)/;
const GO_STARTERS = /os\/exec|forkExec|syscall\.Exec/;
const OPENERS = /(^|\0)(dlm?open|__libc_dlopen_mode|g_module_open)(?=\0)/;

const LIBRARY = /lib[A-Za-z0-9_+-][\w.+-]{0,80}?\.so(?:\.\d+)*(?![\w.])/g;
const MADE_NAME = /%s[^\0\n]{0,40}\.so\b|\0\.so\0/;
const PATH = /\/(?:bin|sbin|lib|lib64|usr|etc|opt|var|srv|home|root)\/[\w.+@:,/-]{1,250}/g;
/** A name by itself, or with an option, a path or something filled in behind it. */
const WORD = /\0([a-z][\w.+-]{1,60})(?=\0|( -[\w-]| \/| [%"']))/g;

const MAX_PROGRAM = 256 * 1024 * 1024;
const MAX_FOUND = 20_000;
