import type { BytePath } from '../base/byte-path.ts';
import type { Elf } from '../elf/elf.ts';
import { readElf } from '../elf/read-elf.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { attributesOf } from '../layer/attributes-of.ts';
import type { Attributes } from '../layer/tar/read-attributes.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { typeOf, walk, type Node } from '../tree/node.ts';
import { fileOpener, type FileAt } from '../tree/open-file.ts';
import type { Tree } from '../tree/squash.ts';

/** A regular file that stays, with all its names in path order. */
export interface StayingFile {
  readonly entry: Entry;
  readonly nodes: readonly Node[];
  readonly names: readonly [BytePath, ...BytePath[]];
}

/** An ELF file that stays. */
export interface Candidate extends StayingFile {
  readonly file: FileAt;
}

/** A candidate with its headers. They are read one file at a time, since tables of hostile files may be large. */
export interface KnownCandidate extends Candidate {
  readonly elf: Elf;
  readonly attributes: Attributes;
}

export interface Staying {
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  /** Entries that already get other contents, which are skipped. */
  readonly changed: ReadonlyMap<Entry, unknown>;
  /** Layers that stay as they are, from the lowest on: files in them are skipped. */
  readonly base: number;
}

/** Regular files that are not dropped. Names that are hard links make one file. */
export const stayingFiles = ({ tree, verdicts, changed, base }: Staying): StayingFile[] => {
  const files = new Map<Entry, { nodes: Node[]; names: [BytePath, ...BytePath[]] }>();
  for (const [path, node] of walk(tree.root)) {
    const { entry } = node;
    if (
      !entry ||
      typeOf(node) !== 'file' ||
      changed.has(entry) ||
      entry.layer < base ||
      verdicts.get(node)?.action === 'drop'
    )
      continue;
    const known = files.get(entry);
    if (known) {
      known.names.push(path);
      known.nodes.push(node);
    } else files.set(entry, { nodes: [node], names: [path] });
  }
  return [...files].map(([entry, file]) => ({ entry, ...file }));
};

/** The files that begin like ELF files. */
export const findCandidates = async (
  files: readonly StayingFile[],
  layers: readonly Layer[],
): Promise<Candidate[]> => {
  const open = fileOpener(layers);
  const found: Candidate[] = [];
  for (const staying of files) {
    const file = open(staying.nodes[0] as Node);
    if (file && file.size >= ELF_HEADER && (await hasMagic(file))) found.push({ ...staying, file });
  }
  return found;
};

/** Reads the headers; `undefined` if the file is no ELF file after all. */
export const readCandidate = async (
  candidate: Candidate,
  layers: readonly Layer[],
): Promise<KnownCandidate | undefined> => {
  const elf = await readElf(candidate.file);
  return elf && { ...candidate, elf, attributes: await attributesOf(candidate.entry, layers) };
};

const ELF_HEADER = 52;

const hasMagic = async (file: FileAt): Promise<boolean> => (await file.read(0, 4)).equals(MAGIC);

const MAGIC = Buffer.from('\x7fELF', 'latin1');
