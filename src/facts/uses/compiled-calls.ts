import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../read-range.ts';

/**
 * Of these programs, those that an ELF file of the application may start: it holds the name of a function
 * that starts programs, and theirs. Only names are looked for that are hardly ever part of something else:
 * compilers for Go and Rust put strings side by side with nothing between them.
 */
export const compiledCalls = async (
  node: Node,
  programs: readonly string[],
  open: OpenFile,
): Promise<readonly string[]> => {
  const file = ((node.entry?.mode ?? 0) & 0o111) === 0 ? undefined : open(node);
  if (!file || file.size < 64 || file.size > MAX_PROGRAM) return [];
  if ((await file.read(0, 4)).toString('latin1') !== '\x7fELF') return [];
  const wanted = programs.filter((name) => TELLING.has(name));
  const found = new Set<string>();
  let starts = false;
  for (let at = 0; at < file.size; at += CHUNK) {
    // Pieces overlap by more than a name.
    const piece = (await file.read(at, Math.min(CHUNK + 64, file.size - at))).toString('latin1');
    starts ||= STARTERS.test(piece);
    for (const name of wanted)
      if (!found.has(name) && (TELLING.get(name) as RegExp).test(piece)) found.add(name);
  }
  return starts ? [...found] : [];
};

/** Functions of Go and of C libraries, Rust's included, that start programs. */
const STARTERS = /os\/exec\.|posix_spawn|execv[pe]|execl[pe]?\0|\0(system|popen)\0/;

/** Each without the words that every other program holds: github.com, digits, libgcc, paths of sources. */
const TELLING: ReadonlyMap<string, RegExp> = new Map([
  ['git', /(?<!di|Di|le|[=/.:@-])git(?!hub|lab|ea|ignore|[./:-])/],
  ['gcc', /(?<!lib)gcc(?!_|go)/],
  ['g++', /g\+\+/],
  ['clang', /clang(?! version)/],
  ['cargo', /(?<![./])cargo(?![/-])/],
  ['rustc', /(?<!\/)rustc(?! version|[/-])/],
  ...['cmake', 'svn', 'javac', 'gradle', 'curl', 'wget', 'ffmpeg', 'rsync'].map(
    (name): [string, RegExp] => [name, new RegExp(name)],
  ),
]);

const CHUNK = 1024 * 1024;
const MAX_PROGRAM = 256 * 1024 * 1024;
