import { wildcardTest, type NameTest } from '../../base/wildcard.ts';
import { hideSecrets } from '../../oci/secret-values.ts';
import { joinedArguments, type Instruction } from './instruction.ts';

/** Pairs of positions: a step of the history, and the instruction it was made by. */
export type Matches = ReadonlyMap<number, number>;

/** More of them are no image that a Dockerfile made. */
const MAX_CELLS = 4_000_000;

/**
 * Finds the instruction of each step. Both are in the order of the build, so that this is an alignment: the one
 * with most in common, and among equal ones that with the latest steps, since those of the base come first.
 */
export const matchSteps = (
  steps: readonly Instruction[],
  instructions: readonly Instruction[],
): Matches => {
  const width = instructions.length + 1;
  if (steps.length * width > MAX_CELLS) return new Map();
  const wanted = instructions.map(describe);
  const seen = steps.map(describe);
  // best[s][i]: the most that the first s steps and the first i instructions have in common.
  const best = new Float64Array((steps.length + 1) * width);
  const at = (step: number, instruction: number): number =>
    best[step * width + instruction] as number;
  for (let s = 1; s <= steps.length; s++)
    for (let i = 1; i <= instructions.length; i++) {
      const alike = likeness(seen[s - 1] as Described, wanted[i - 1] as Described);
      const both = alike > 0 ? at(s - 1, i - 1) + alike : 0;
      best[s * width + i] = Math.max(at(s - 1, i), at(s, i - 1), both);
    }
  const pairs = new Map<number, number>();
  let [s, i] = [steps.length, instructions.length];
  while (s > 0 && i > 0) {
    const alike = likeness(seen[s - 1] as Described, wanted[i - 1] as Described);
    if (alike > 0 && at(s, i) === at(s - 1, i - 1) + alike) pairs.set(--s, --i);
    else if (at(s, i) === at(s, i - 1)) i--;
    else s--;
  }
  return pairs;
};

interface Described {
  readonly keyword: string;
  readonly words: string;
  /** Matches what the words may become when variables are filled in; absent without variables. */
  readonly pattern: NameTest | undefined;
  /** What an instruction of this keyword sets, by which a step that says it in another way is known. */
  readonly subject: string | undefined;
}

const describe = (instruction: Instruction): Described => {
  const { keyword, hasHereDocument, text } = instruction;
  // The history is compared as it is shown.
  const words = hideSecrets(
    hasHereDocument ? hereDocumentWords(instruction) : joinedArguments(instruction),
  );
  const hasVariables = keyword !== 'RUN' && /\$[\w{]/.test(words);
  return {
    keyword,
    words: keyword === 'RUN' ? execWords(words) : words,
    pattern: hasVariables ? wildcardTest(words.replaceAll(VARIABLE, '*')) : undefined,
    subject: subjectOf(keyword, hasHereDocument ? (text.split('\n', 1)[0] as string) : words),
  };
};

/** BuildKit runs the document itself, or, behind a command, the command with the document. */
const hereDocumentWords = ({ text, argumentsAt }: Instruction): string => {
  const body = text.slice(argumentsAt);
  const [, word, document] = /^<<-?["']?(\w+)["']?[ \t]*\n([^]*?)\n?\s*\w+\s*$/.exec(body) ?? [];
  return (word === undefined ? body : (document as string)).replaceAll(/\s+/g, ' ').trim();
};

/** `["npm", "ci"]` is in the history as `npm ci`. */
const execWords = (words: string): string => {
  if (!words.startsWith('[')) return words;
  try {
    const list: unknown = JSON.parse(words);
    return Array.isArray(list) ? list.join(' ') : words;
  } catch {
    return words;
  }
};

const VARIABLE = /\$(?:\w+|\{[^}]*\})/g;

/** For files: where they go. For variables: their names. For what there is one of: nothing. */
const subjectOf = (keyword: string, words: string): string | undefined => {
  if (keyword === 'COPY' || keyword === 'ADD') {
    const list = words.startsWith('[') ? execWords(words).split(' ') : words.split(' ');
    // The classic builder writes `COPY dir:12ab… in /app/`.
    return list.at(-1)?.replace(/(?<=.)\/$/, '');
  }
  if (keyword === 'ENV' || keyword === 'LABEL' || keyword === 'ARG')
    return /^["']?([^\s=]+)/.exec(words)?.[1];
  return ONE_OF_A_KIND.has(keyword) ? '' : undefined;
};

const ONE_OF_A_KIND = new Set(
  'CMD ENTRYPOINT WORKDIR USER HEALTHCHECK SHELL STOPSIGNAL'.split(' '),
);

/** 0: not the same instruction. */
const likeness = (step: Described, wanted: Described): number => {
  if (step.keyword !== wanted.keyword) return 0;
  if (step.words === wanted.words) return wanted.keyword === 'RUN' ? 8 : 6;
  if (wanted.pattern?.test(step.words)) return 5;
  if (wanted.keyword === 'COPY' || wanted.keyword === 'ADD') return placeLikeness(step, wanted);
  return wanted.subject !== undefined && step.subject === wanted.subject ? 1 : 0;
};

/** BuildKit and buildah write the destination as an absolute path, or as it is in the Dockerfile. */
const placeLikeness = (step: Described, wanted: Described): number => {
  const [is, asked] = [step.subject ?? '', wanted.subject ?? ''];
  if (is === asked) return 4;
  const plain = asked.replace(/^(\.\/)+|^\.$/, '');
  if (asked.startsWith('/') || !is.startsWith('/')) return asked.includes('$') ? 2 : 0;
  return plain === '' || is.endsWith(`/${plain}`) ? 3 : 0;
};
