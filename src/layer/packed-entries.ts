import { baseOf, type BytePath } from '../base/byte-path.ts';
import { ENTRY_TYPES, type Entry, type EntryType } from './entry.ts';

/*
 * An image may have millions of entries, and all of them stay in memory to the end. Their values are packed into columns of
 * numbers and bytes, for some thousand entries at a time, so that nothing has to grow: 35 bytes for a usual entry, and 40
 * for the object by which the rest of the code knows it. As an object with all its values it would take 170.
 */

/** Entries that share columns. */
const PAGE = 2048;

/** Collects the entries of one layer. What `finish` returns has the same values as what was added, in the same order. */
export const packEntries = () => {
  const packed: Entry[] = [];
  let batch: Entry[] = [];
  const pack = (): void => {
    const page = new Page(batch);
    for (let row = 0; row < batch.length; row++) packed.push(new PackedEntry(page, row));
    batch = [];
  };
  return {
    add: (entry: Entry): void => {
      batch.push(entry);
      if (batch.length === PAGE) pack();
    },
    finish: (): readonly Entry[] => {
      if (batch.length > 0) pack();
      return packed;
    },
  };
};

/** The last part of an entry's path. */
export const nameOf = (entry: Entry): BytePath =>
  entry instanceof PackedEntry ? entry.name : baseOf(entry.path);

class PackedEntry implements Entry {
  readonly #page: Page;
  readonly #row: number;

  constructor(page: Page, row: number) {
    this.#page = page;
    this.#row = row;
  }

  get layer(): number {
    return this.#page.layer;
  }

  get path(): BytePath {
    return this.#page.folderAt(this.#row) + this.#page.nameAt(this.#row);
  }

  get name(): BytePath {
    return this.#page.nameAt(this.#row);
  }

  get type(): EntryType {
    return ENTRY_TYPES[this.#page.types[this.#row] as number] as EntryType;
  }

  get offset(): number {
    return this.#page.start + (this.#page.offsets[this.#row] as number);
  }

  get headerSize(): number {
    return this.#page.headerSizes[this.#row] as number;
  }

  get bodySize(): number {
    return this.#page.bodySizes[this.#row] as number;
  }

  get size(): number {
    return this.#page.sizes[this.#row] as number;
  }

  get mode(): number {
    return this.#page.modes[this.#row] as number;
  }

  get mtime(): number {
    return this.#page.mtimes[this.#row] as number;
  }

  get oldForm(): Entry['oldForm'] {
    return this.#page.oldForms.get(this.#row);
  }

  get linkTarget(): string {
    return this.#page.linkTargets.get(this.#row) ?? '';
  }
}

/** The values of some entries, each column by the place of the entry among them. */
class Page {
  readonly layer: number;
  readonly types: Column;
  /** From `start`, which is the offset of the first entry. */
  readonly offsets: Column;
  readonly start: number;
  readonly headerSizes: Column;
  readonly bodySizes: Column;
  readonly sizes: Column;
  readonly modes: Column;
  readonly mtimes: Column;
  /** Only of those that have one. */
  readonly oldForms: ReadonlyMap<number, Entry['oldForm']>;
  readonly linkTargets: ReadonlyMap<number, string>;
  /** The folders of the entries, each once, with a slash at the end. */
  readonly #folders: readonly BytePath[];
  readonly #folderOf: Column;
  /** The names of all entries, one after the other, and where each begins. */
  readonly #names: Buffer;
  readonly #nameStarts: Column;

  constructor(entries: readonly Entry[]) {
    const [first] = entries as readonly [Entry, ...Entry[]];
    this.layer = first.layer;
    this.types = columnOf(entries.map(({ type }) => ENTRY_TYPES.indexOf(type)));
    this.start = first.offset;
    this.offsets = columnOf(entries.map(({ offset }) => offset - first.offset));
    this.headerSizes = columnOf(entries.map(({ headerSize }) => headerSize));
    this.bodySizes = columnOf(entries.map(({ bodySize }) => bodySize));
    this.sizes = entries.every(({ size, bodySize }) => size === bodySize)
      ? this.bodySizes
      : columnOf(entries.map(({ size }) => size));
    this.modes = columnOf(entries.map(({ mode }) => mode));
    this.mtimes = columnOf(entries.map(({ mtime }) => mtime));
    this.oldForms = rowsWith(entries, ({ oldForm }) => oldForm);
    this.linkTargets = rowsWith(entries, ({ linkTarget }) => linkTarget || undefined);
    const nameStarts = entries.map(({ path }) => path.lastIndexOf('/') + 1);
    const folders = new Map<BytePath, number>();
    const folderOf = entries.map(({ path }, row) => {
      const folder = path.slice(0, nameStarts[row]);
      const known = folders.get(folder) ?? folders.size;
      folders.set(folder, known);
      return known;
    });
    this.#folders = [...folders.keys()].map(copyOf);
    this.#folderOf = columnOf(folderOf);
    const names = entries.map(({ path }, row) => path.slice(nameStarts[row]));
    this.#names = Buffer.from(names.join(''), 'latin1');
    this.#nameStarts = columnOf(startsOf(names));
  }

  folderAt(row: number): BytePath {
    return this.#folders[this.#folderOf[row] as number] as BytePath;
  }

  nameAt(row: number): BytePath {
    return this.#names.toString('latin1', this.#nameStarts[row], this.#nameStarts[row + 1]);
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Some numbers, each in as few bytes as all of them fit into. */
const columnOf = (values: readonly number[]): Column => {
  const isWhole = values.every(
    (value) => Number.isInteger(value) && value >= 0 && !Object.is(value, -0),
  );
  const largest = isWhole ? values.reduce((most, value) => Math.max(most, value), 0) : Infinity;
  if (largest < 2 ** 8) return Uint8Array.from(values);
  if (largest < 2 ** 16) return Uint16Array.from(values);
  return largest < 2 ** 32 ? Uint32Array.from(values) : Float64Array.from(values);
};

/** Where each of some texts begins that stand one after the other, and where the last one ends. */
const startsOf = (texts: readonly string[]): number[] => {
  let end = 0;
  return [0, ...texts.map(({ length }) => (end += length))];
};

const rowsWith = <T>(
  entries: readonly Entry[],
  valueOf: (entry: Entry) => T | undefined,
): Map<number, T> => {
  const rows = new Map<number, T>();
  for (const [row, entry] of entries.entries()) {
    const value = valueOf(entry);
    if (value !== undefined) rows.set(row, value);
  }
  return rows;
};

/** V8 keeps the whole of a text in memory as long as a part is in use that was cut out of it. */
const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
