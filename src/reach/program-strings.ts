import { readElfText } from '../elf/read-strings.ts';
import { isCode, isInTable } from '../graph/files/name-tables.ts';
import type { FileAt } from '../tree/open-file.ts';
import { laterCommands } from './later-commands.ts';

/** What the strings of an ELF file say that it may use. Binary strings, each once, in the order of the file. */
export interface ProgramStrings {
  /** Whether it can start programs, and open libraries, as the functions say that it imports. */
  readonly starts: boolean;
  readonly opens: boolean;
  /** It is linked with no library, so that no import says what it can do. */
  readonly isStatic: boolean;
  /** It can call the kernel by the number of what it asks for. */
  readonly callsSyscall: boolean;
  /** It was compiled from Rust, so that its strings have no ends. */
  readonly isRust: boolean;
  /** What of it is in Rust can start programs by their names: whatever it is linked with may start others. */
  readonly startsByName: boolean;
  /** File names of libraries, without folders. */
  readonly libraries: readonly string[];
  /** Whether it puts names of libraries together: `plugin_%s.so`. */
  readonly makesNames: boolean;
  /** The same with parts to be filled in: `libz.so.%d`. */
  readonly libraryPatterns: readonly string[];
  /** Whether it says how libraries end, by itself: `.so`. */
  readonly namesEnding: boolean;
  /** Paths that end in a part to be filled in: `/opt/app/libexec/app-%s`. */
  readonly pathPatterns: readonly string[];
  /** Whether it lists what is in folders. */
  readonly readsFolders: boolean;
  /** Whether it may be told names from outside: by variables, or files that it reads. */
  readonly isToldNames: boolean;
  /** All of its data, where that is little. */
  readonly data: string | undefined;
  /** Whole paths, perhaps with more behind them where strings have no ends. */
  readonly paths: readonly string[];
  /** Names of programs by themselves, of those that were asked about. */
  readonly words: readonly string[];
  /** Of those that are found in lists of short words only, which are codes rather than programs. */
  readonly codes: readonly string[];
  /** The same as words, of whole command lines: with an option or something filled in behind them. */
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
  const codes = new Set<string>();
  const commands = new Set<string>();
  // A static program imports nothing: what it can do, only its own strings say.
  let starts = STARTERS.test(text.symbols);
  let opens = OPENERS.test(text.symbols);
  const isStatic = text.symbols === '';
  // What looks functions up while it runs has their names as texts.
  const looksUp = LOOKUPS.test(text.symbols);
  let makesNames = false;
  let namesEnding = false;
  let data: string | undefined = '';
  const libraryPatterns = new Set<string>();
  const pathPatterns = new Set<string>();
  let isRust = false;
  for await (const piece of text.pieces) {
    if (isStatic) {
      starts ||= GO_STARTERS.test(piece) || STARTERS.test(piece);
      opens ||= OPENERS.test(piece);
    }
    starts ||= looksUp && STARTERS.test(piece);
    makesNames ||= MADE_NAME.test(piece);
    namesEnding ||= ENDING.test(piece);
    data = data !== undefined && data.length + piece.length <= LITTLE ? data + piece : undefined;
    for (const [name] of piece.matchAll(LIBRARY_PATTERN))
      if (name.includes('%') && libraryPatterns.size < MAX_FOUND) libraryPatterns.add(name);
    for (const [, path] of piece.matchAll(PATH_PATTERN))
      if (pathPatterns.size < MAX_FOUND) pathPatterns.add(path as string);
    isRust ||= RUST.test(piece);
    for (const [name] of piece.matchAll(LIBRARY))
      if (libraries.size < MAX_FOUND) libraries.add(name);
    for (const { 0: path, index } of piece.matchAll(PATH))
      if (paths.size < MAX_FOUND && !isOfBuild(piece, index)) paths.add(path);
    for (const { 1: name = '', 2: more, index } of piece.matchAll(WORD)) {
      if (!isProgram(name)) continue;
      if (more !== undefined) commands.add(name);
      else if (isCode(piece, index, isProgram)) codes.add(name);
      else if (!isInTable(piece, index)) words.add(name);
    }
    for (const name of laterCommands(piece)) if (isProgram(name)) commands.add(name);
  }
  return {
    starts,
    opens,
    isStatic,
    callsSyscall: SYSCALL.test(text.symbols),
    libraries: [...libraries],
    makesNames,
    libraryPatterns: [...libraryPatterns],
    namesEnding,
    pathPatterns: [...pathPatterns],
    readsFolders: FOLDER_READERS.test(text.symbols),
    isToldNames: TELLERS.test(text.symbols),
    data,
    isRust,
    startsByName: starts && (isStatic || NAME_STARTERS.test(text.symbols)),
    paths: [...paths],
    words: [...words],
    codes: [...codes].filter((name) => !words.has(name)),
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
/**
 * Functions that look a program up in PATH. What Rust's library starts, it hands to `execvp` where it cannot use
 * `posix_spawnp`, so that both are there: https://doc.rust-lang.org/std/process/struct.Command.html
 */
const NAME_STARTERS = /(^|\0)(execvpe?|execlpe?|system|popen)(?=\0)/;
const GO_STARTERS = /os\/exec|forkExec|syscall\.Exec/;
const OPENERS = /(^|\0)(dlm?open|__libc_dlopen_mode|g_module_open)(?=\0)/;

const LOOKUPS = /(^|\0)(dlv?sym|g_module_symbol)(?=\0)/;
const SYSCALL = /(^|\0)syscall(?=\0)/;

/** `readdir` and the like; in C++, what goes through folders. */
const FOLDER_READERS =
  /(^|\0)(readdir(64)?(_r)?|scandir(at)?(64)?|glob(64)?|n?ftw(64)?|fts_(open|read)(64)?|g_dir_\w+|_ZN\w*directory_iterator\w*)(?=\0)/;

/** Functions by which names come in from variables and files; in C++, files that are read. */
const TELLERS =
  /(^|\0)((secure_)?getenv|fopen(64)?|freopen(64)?|open(at)?(64)?|_?_?(isoc99_)?f?scanf|fgets|getline|recv\w*|_ZNSt14basic_ifstream\w*|_ZNSt13basic_filebuf\w*|_ZStrs\w*|_ZSt7getline\w*)(?=\0)/;

const ENDING = /\0\.so(?:\.\d+)*\0/;
const LIBRARY_PATTERN =
  /lib(?:[\w.+-]|%[\d.l]{0,4}[sdu]){0,80}?\.so(?:[\w.+-]|%[\d.l]{0,4}[sdu]){0,20}/g;
const PATH_PATTERN = /\0(\/(?:[\w.+-]+\/)+[\w.+-]*)%s(?=\0)/g;
/** Data of most programs that people write themselves. */
const LITTLE = 1024 * 1024;
/** Where its library was compiled, which stands in what it says when it panics. */
const RUST = /\/rustc[/-][\w.-]{3,60}\/library\//;

const LIBRARY = /lib[A-Za-z0-9_+-][\w.+-]{0,80}?\.so(?:\.\d+)*(?![\w.])/g;
const MADE_NAME = /%s[^\0\n]{0,40}\.so\b|\0\.so\0/;
const PATH = /\/(?:bin|sbin|lib|lib64|usr|etc|opt|var|srv|home|root)\/[\w.+@:,/-]{1,250}/g;
/** A name by itself, or with an option, a path or something filled in behind it. */
const WORD = /\0([a-z][\w.+-]{1,60})(?=\0|( -[\w-]| \/| [%"']))/g;

const MAX_PROGRAM = 256 * 1024 * 1024;
const MAX_FOUND = 20_000;
