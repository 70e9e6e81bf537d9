import { baseOf } from '../base/byte-path.ts';
import { shellWords } from '../ecosystems/shell-words.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { isStronger, newEdgeStore, type EdgeStore } from './edge-store.ts';
import type { Found } from './find-files.ts';
import type { Edge, EdgeKind, OpenEdge, StartedCommand } from './graph.ts';
import type { Place } from './place.ts';
import type { Fields } from './shell/fields.ts';
import type { Where } from './where.ts';
import { showWord, UNKNOWN } from './word.ts';

/** What is written down while an image is traced. */
export interface Record {
  readonly edges: EdgeStore;
  readonly named: ReadonlyMap<Node, Edge>;
  readonly commands: readonly StartedCommand[];
  readonly open: readonly OpenEdge[];
  readonly words: ReadonlyMap<string, Place>;
  /** The same words without folders: programs by their names. */
  readonly mentions: ReadonlyMap<string, Place>;
  /** Notes that something needs a file; says whether that is news. */
  readonly need: (kind: EdgeKind, found: Found, place: Place, whole?: boolean) => boolean;
  readonly command: (words: Fields, place: Place) => void;
  /** Notes all words of a text. */
  readonly mention: (text: string, place: Place) => void;
  readonly leaveOpen: (edge: OpenEdge) => void;
  /** Notes a path of a program or a script that is not in the image. */
  readonly miss: (path: string, place: Place) => void;
  readonly missing: readonly MissingFile[];
  /** Notes code that is no file. */
  readonly code: (code: InlineCode) => void;
  readonly codes: readonly InlineCode[];
  /** Notes that a source has a tool work. */
  readonly sign: (tool: string, place: Place) => void;
  readonly signs: ReadonlyMap<string, Place>;
}

/** Code that an interpreter gets on its command line, or reads from its input. */
export interface InlineCode {
  /** The name of the program that reads it. */
  readonly interpreter: string;
  readonly text: string;
  readonly place: Place;
  readonly where: Where;
}

/** What is started by a path at which there is nothing yet. */
export interface MissingFile {
  readonly path: string;
  readonly place: Place;
}

/** Command lines, open needs and words that are kept; the image of somebody who means well has hundreds. */
const MAX_NOTES = 100_000;

/** Who listens to what is written down. */
export interface RecordListener {
  /** Is told of each edge that is new, or stronger than before. */
  readonly onNeed?: (edge: Edge) => void;
  /** Whether an edge counts at all. */
  readonly isMeant?: (edge: Edge) => boolean;
}

export const newRecord = ({
  onNeed = () => {},
  isMeant = () => true,
}: RecordListener = {}): Record => {
  const edges = newEdgeStore();
  const named = new Map<Node, Edge>();
  const commands = new Map<string, StartedCommand>();
  const open = new Map<string, OpenEdge>();
  const words = new Map<string, Place>();
  const mentions = new Map<string, Place>();
  const signs = new Map<string, Place>();
  const codes: InlineCode[] = [];
  const missing: MissingFile[] = [];
  return {
    edges,
    named,
    get commands() {
      return [...commands.values()];
    },
    get open() {
      return [...open.values()];
    },
    words,
    mentions,
    need: (kind, { node, via }, place, whole = false) => {
      if (node === place.file) return false;
      const edge: Edge = { kind, from: place.file, to: node, place, via, whole };
      if (!isMeant(edge)) return false;
      for (const each of [...via, node]) {
        const before = named.get(each);
        const isBetter =
          !before ||
          isStronger(kind, before.kind) ||
          (whole && each === node && !before.whole && before.kind === kind);
        if (isBetter) named.set(each, edge);
      }
      const isNews = edges.add(edge);
      if (isNews) onNeed(edge);
      return isNews;
    },
    command: (line, place) => {
      const key = line.join('\0');
      const before = commands.get(key);
      // The command of the config is best known by the script that starts it in the end.
      const isBetter = before ? !before.place.file && place.file : commands.size < MAX_NOTES;
      if (isBetter) commands.set(key, { words: line, place });
    },
    mention: (text, place) => {
      for (const word of shellWords(text.replaceAll(UNKNOWN, ' '))) {
        if (words.has(word) || words.size >= MAX_NOTES) continue;
        words.set(word, place);
        const name = baseOf(word);
        if (!mentions.has(name)) mentions.set(name, place);
      }
    },
    codes,
    code: (code) => {
      if (codes.length < MAX_NOTES) codes.push(code);
    },
    missing,
    miss: (path, place) => {
      if (missing.length < MAX_NOTES) missing.push({ path, place });
    },
    signs,
    sign: (tool, place) => {
      if (!signs.has(tool)) signs.set(tool, place);
    },
    leaveOpen: (edge) => {
      const { file, line, member } = edge.place;
      const key = `${file ? pathOf(file) : ''}\0${line ?? member}\0${edge.word}`;
      if (open.size < MAX_NOTES && !open.has(key))
        open.set(key, { ...edge, word: showWord(edge.word) });
    },
  };
};
