import { anyOf } from '../../ecosystems/any-of.ts';
import type { Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { TOOLS } from '../tool-use.ts';
import { openedByProgram } from './opened-libraries.ts';

export interface CompiledCalls {
  readonly programs: readonly string[];
  /** Libraries it may open while it runs, `lib` and `.so` left out. */
  readonly libraries: readonly string[];
}

/**
 * Of these programs, those that an ELF file of the application may start: it holds the name of a function
 * that starts programs, and theirs. Compilers for Go and Rust put strings side by side with nothing
 * between them, so of programs in these only git is found, whose name is hardly ever part of another word,
 * and what front ends of toolchains start.
 * `undefined` for what is no ELF program.
 */
export const compiledCalls = async (
  node: Node,
  programs: readonly string[],
  open: OpenFile,
): Promise<CompiledCalls | undefined> => {
  const file = ((node.entry?.mode ?? 0) & 0o111) === 0 ? undefined : open(node);
  if (!file || file.size < 64 || file.size > MAX_PROGRAM) return undefined;
  if ((await file.read(0, 4)).toString('latin1') !== '\x7fELF') return undefined;
  const pattern = patternOf(programs);
  const frontEnds = FRONT_ENDS.filter(([name]) => programs.includes(name));
  const found = new Set<string>();
  const libraries = new Set<string>();
  let starts = false;
  let opens = false;
  for (let at = 0; at < file.size; at += CHUNK) {
    // Pieces overlap by more than a name.
    const piece = (await file.read(at, Math.min(CHUNK + 64, file.size - at))).toString('latin1');
    starts ||= STARTERS.test(piece);
    opens ||= piece.includes('dlopen');
    for (const name of openedByProgram(piece)) libraries.add(name);
    for (const [name, text] of frontEnds) if (text.test(piece)) found.add(name);
    for (const { groups } of piece.matchAll(pattern))
      found.add(groups?.['word'] ?? groups?.['git'] ?? '');
  }
  return { programs: starts ? [...found] : [], libraries: opens ? [...libraries] : [] };
};

/** Functions of Go and of C libraries, Rust's included, that start programs. */
const STARTERS = /os\/exec\.|posix_spawn|execv[pe]|execl[pe]?\0|\0(system|popen)\0/;

/**
 * Git without the words that other programs hold, too: github.com, digits, addresses. A word by itself,
 * or with an option behind it, in programs in C; there others of its kind are hardly by chance.
 */
const patternOf = (programs: readonly string[]): RegExp => {
  const words = programs
    .filter((name) => name.length > 2 && !COMMON.has(name))
    .map((name) => name.replaceAll(/[.+]/g, String.raw`\$&`))
    .join('|');
  const git = '(?<!di|Di|le|[=/.:@-])(?<git>git)(?!hub|lab|ea|ignore|[./:-])';
  return new RegExp(
    [`\\0(?<word>${words})(?=\\0| -)`, ...(programs.includes('git') ? [git] : [])].join('|'),
    'g',
  );
};

/** Names that stand by themselves in tables of symbols and of words, too. */
const COMMON = new Set(['make', 'node', 'patch', 'convert', 'file', 'size']);

/** What front ends of toolchains hold, and the program that they start. */
const FRONT_ENDS = TOOLS.flatMap(({ programs, frontEnds = [] }) =>
  frontEnds.length > 0 ? [[Object.keys(programs)[0] as string, anyOf(frontEnds)] as const] : [],
);

const CHUNK = 1024 * 1024;
const MAX_PROGRAM = 256 * 1024 * 1024;
