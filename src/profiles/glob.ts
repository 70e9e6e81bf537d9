import { expand } from 'brace-expansion';
import picomatch from 'picomatch';
import { toBytes } from '../base/byte-path.ts';
import { ReslimError } from '../base/errors.ts';
import { repetitionsOf } from './repetitions.ts';
import { wildcardTest, type NameTest } from '../base/wildcard.ts';

/** One component of a glob: a literal name, a pattern for a name, or `**` (any number of folders). */
export type Segment = string | NamePattern | typeof ANY_DEPTH;

/** A pattern for a name. Whatever it matches begins with `head` and ends with `tail`; both may be empty. */
export interface NamePattern {
  readonly source: string;
  readonly pattern: NameTest;
  readonly head: string;
  readonly tail: string;
}

export const ANY_DEPTH: unique symbol = Symbol('**');

/** Globs that one pattern with braces may expand to. */
const MAX_EXPANSIONS = 10_000;

/** What a pattern for a name may repeat: with four, a name of 200 bytes can take a second. */
const MAX_REPETITIONS = 3;

/**
 * Compiles a glob into lists of components, one for each expansion of its braces. Globs are rooted at
 * `/`; `**` alone in a component crosses folders, `*`, `?`, `[…]` and `@(…)` stay within one. Matching
 * works on bytes, so that `?` is one byte. Throws `usage` for a glob that is not rooted, expands to too many, or could
 * take too long to match.
 */
export const compileGlob = (glob: string): Segment[][] => {
  if (!glob.startsWith('/') && !glob.startsWith('**/')) {
    throw new ReslimError('usage', `a glob must begin with "/" or "**/": ${glob}`);
  }
  const spellings = expand(toBytes(glob), { max: MAX_EXPANSIONS + 1 });
  if (spellings.length > MAX_EXPANSIONS)
    throw new ReslimError(
      'usage',
      `a glob stands for more than ${MAX_EXPANSIONS} others: ${glob}`,
      {
        hint: 'write * or […] in place of braces',
      },
    );
  return spellings.map((spelling) => toSegments(spelling, glob));
};

const toSegments = (spelling: string, glob: string): Segment[] => {
  const parts = spelling.split('/').filter((part) => part !== '');
  if (parts.length === 0)
    throw new ReslimError('usage', `a glob that matches the whole image: ${glob}`);
  return parts
    .map((part) => toSegment(part, glob))
    .filter((segment, at, all) => segment !== ANY_DEPTH || all[at - 1] !== ANY_DEPTH);
};

const toSegment = (part: string, glob: string): Segment => {
  if (part === '**') return ANY_DEPTH;
  if (!/[*?[\]()!+@\\]/.test(part)) return part;
  const { isGlob } = picomatch.scan(part);
  if (!isGlob && !part.includes('\\')) return part;
  const [, head = '', tail = ''] = PLAIN_ENDS.exec(part) ?? [];
  if (repetitionsOf(part) > MAX_REPETITIONS) {
    if (!/[[\]()!+@\\]/.test(part))
      return { source: part, pattern: wildcardTest(part), head, tail };
    throw new ReslimError('usage', `a glob could take too long to match: ${glob}`, {
      hint: `repeat less: at most ${MAX_REPETITIONS} of *, +(…), *(…) and !(…) in a name, none in another`,
    });
  }
  const pattern = picomatch.makeRe(part, {
    dot: true,
    nobrace: true,
    posix: true,
    noglobstar: true,
    strictSlashes: true,
  });
  return { source: part, pattern, head, tail };
};

/** A pattern with only `*`, `?` and plain `[…]`: the meaning of other characters may depend on what is beside them. */
const PLAIN_ENDS =
  /^([\w.~#-]*)(?:[*?]|\[!?[\w.-]+\])(?:[\w.~#-]*(?:[*?]|\[!?[\w.-]+\]))*([\w.~#-]*)$/;
