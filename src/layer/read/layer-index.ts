import type { Compression } from '../../oci/media-type.ts';
import { ENTRY_TYPES, type Entry } from '../entry.ts';
import { packEntries } from '../packed-entries.ts';
import type { PrefetchedHead } from './prefetch.ts';

/** Indexes of more entries are not kept: writing them takes too much memory for the time saved. */
export const MAX_KEPT_ENTRIES = 250_000;

/** What is kept of a layer, so that the next run does not read it. */
export interface LayerIndex {
  readonly compression: Compression;
  /** Decompressed bytes. */
  readonly size: number;
  /** What the file of the decompressed bytes looked like when it was kept. */
  readonly stamp: string;
  readonly entries: readonly Entry[];
  /** In the order of the layer. */
  readonly heads: readonly PrefetchedHead[];
}

/** The high bits of an entry's type. */
const OLD_FORMS: readonly Entry['oldForm'][] = [undefined, 'sparse', 'contiguous'];
const OLD_FORM_SHIFT = 4;

const NUMBERS = ['offset', 'headerSize', 'bodySize', 'size', 'mode', 'mtime'] as const;

interface IndexHeader {
  readonly compression: Compression;
  readonly size: number;
  readonly stamp: string;
  readonly count: number;
  readonly heads: readonly (readonly [offset: number, size: number])[];
}

/*
 * Column by column, since that is read back in a tenth of the time of an object for each entry:
 * length of the header (u32), header (JSON), prefetched heads, types (a byte each), numbers (f64,
 * little-endian, column by column), then paths and link targets, each ended by NUL, one byte per unit.
 */
export const encodeIndex = ({ entries, heads, ...index }: LayerIndex): Buffer => {
  const places = heads.map(({ offset, bytes }) => [offset, bytes.length] as const);
  const header: IndexHeader = { ...index, count: entries.length, heads: places };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headerBytes.length);
  const types = Buffer.from(entries.map(typeByte));
  const numbers = Buffer.alloc(entries.length * NUMBERS.length * 8);
  for (const [column, name] of NUMBERS.entries())
    for (const [row, entry] of entries.entries())
      numbers.writeDoubleLE(entry[name], (column * entries.length + row) * 8);
  const texts = entries.map(({ path, linkTarget }) => `${path}\0${linkTarget}\0`).join('');
  return Buffer.concat([
    length,
    headerBytes,
    ...heads.map(({ bytes }) => bytes),
    types,
    numbers,
    Buffer.from(texts, 'latin1'),
  ]);
};

const typeByte = ({ type, oldForm }: Entry): number =>
  ENTRY_TYPES.indexOf(type) | (OLD_FORMS.indexOf(oldForm) << OLD_FORM_SHIFT);

/** Reads back what `encodeIndex` made, as layer `position` of an image. */
export const decodeIndex = (bytes: Buffer, position: number): LayerIndex => {
  const headerEnd = 4 + bytes.readUInt32LE(0);
  const { count, ...index } = JSON.parse(bytes.toString('utf8', 4, headerEnd)) as IndexHeader;
  let typesAt = headerEnd;
  const heads = index.heads.map(([offset, size]) => ({
    offset,
    // A copy, so that the rest of the index can be collected.
    bytes: Buffer.from(bytes.subarray(typesAt, (typesAt += size))),
  }));
  const numbersAt = typesAt + count;
  const textsAt = numbersAt + count * NUMBERS.length * 8;
  const texts = bytes.toString('latin1', textsAt).split('\0');
  // A `DataView` reads numbers faster than a `Buffer`, which checks each offset itself.
  const view = new DataView(bytes.buffer, bytes.byteOffset + numbersAt, textsAt - numbersAt);
  const number = (column: number, row: number): number =>
    view.getFloat64((column * count + row) * 8, true);
  const entries = packEntries();
  for (let row = 0; row < count; row++) {
    const typed = bytes[typesAt + row] ?? 0;
    const oldForm = OLD_FORMS[typed >> OLD_FORM_SHIFT];
    entries.add({
      layer: position,
      path: texts[row * 2] ?? '',
      type: ENTRY_TYPES[typed & ((1 << OLD_FORM_SHIFT) - 1)] ?? 'file',
      offset: number(0, row),
      headerSize: number(1, row),
      bodySize: number(2, row),
      size: number(3, row),
      mode: number(4, row),
      mtime: number(5, row),
      linkTarget: texts[row * 2 + 1] ?? '',
      ...(oldForm && { oldForm }),
    });
  }
  return { ...index, entries: entries.finish(), heads };
};
