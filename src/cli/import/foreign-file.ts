import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';
import { ReslimError } from '../../base/errors.ts';

/** A YAML file of another program. */
export interface ForeignFile {
  /** All scalars are text, as they are written: `1.10` stays `1.10`. Aliases and merge keys are resolved. */
  readonly data: unknown;
  /** Where the value at a path begins, or its nearest parent; from 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
  /** The comments before, in and after the value at a path, without `#`. */
  readonly commentsAt: (path: readonly PropertyKey[]) => readonly string[];
  /** The same without those inside: what stands at a key, and before the first thing below it. */
  readonly ownCommentsAt: (path: readonly PropertyKey[]) => readonly string[];
  /** Comments at the beginning of the file, set off by an empty line, and at its end. */
  readonly head: readonly string[];
  readonly foot: readonly string[];
}

/** Parses it, keeping comments. Throws `usage` where it is no YAML, or not a mapping. */
export const readForeignFile = (text: string, name: string): ForeignFile => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    schema: 'failsafe',
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const [what = ''] = error.message.split('\n', 1);
    throw new ReslimError('usage', `${name}:${line}:${col}: ${what}`);
  }
  if (!isMap(document.contents)) throw new ReslimError('usage', `not a mapping of keys, ${name}`);
  const head = takeHead(document);
  return {
    data: resolved(document, name),
    lineOf: (path) => lineCounter.linePos(offsetOf(document, path)).line,
    commentsAt: (path) => commentsIn(pairOrItem(document, path)),
    ownCommentsAt: (path) => {
      const part = pairOrItem(document, path);
      return isPair(part) ? [part.key, part.value].flatMap(ownComments) : ownComments(part);
    },
    head,
    foot: linesOf(document.comment),
  };
};

/** Aliases are few in files that people write; a file may not grow a thousandfold by them. */
const resolved = (document: Document, name: string): unknown => {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    throw new ReslimError('usage', `too many aliases, ${name}`, { cause });
  }
};

/** Takes the first comment away, if an empty line follows: it is about the file, else about its first key. */
const takeHead = ({ commentBefore, contents }: Document): string[] => {
  const key = isMap(contents) ? contents.items[0]?.key : undefined;
  const before = linesOf(commentBefore);
  if (!isNode(key) || !key.commentBefore) return before;
  const parts = key.commentBefore.split('\n\n');
  const own = key.spaceBefore === true ? '' : (parts.pop() ?? '');
  key.commentBefore = own;
  return [...before, ...parts.flatMap(linesOf)];
};

/** What a path leads to, with its key: a comment often stands at the key. */
const pairOrItem = (document: Document, path: readonly PropertyKey[]): unknown => {
  const last = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) return parent.items.find(({ key }) => isScalar(key) && key.value === last);
  return document.getIn(path, true);
};

const commentsIn = (part: unknown): string[] => {
  if (isPair(part)) return [...commentsIn(part.key), ...commentsIn(part.value)];
  if (!isNode(part)) return [];
  const inside = isCollection(part) ? part.items.flatMap(commentsIn) : [];
  return [...linesOf(part.commentBefore), ...inside, ...linesOf(part.comment)];
};

const ownComments = (part: unknown): string[] =>
  isNode(part) ? [...linesOf(part.commentBefore), ...linesOf(part.comment)] : [];

const linesOf = (comment: string | null | undefined): string[] =>
  (comment ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('yaml-language-server:'));

const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const part = pairOrItem(document, path.slice(0, length));
    const node = isPair(part) ? part.key : part;
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
};
