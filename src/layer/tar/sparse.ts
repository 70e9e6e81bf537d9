import { BLOCK, padded } from '../entry.ts';
import {
  FIELD,
  isGnu,
  isRecordFlag,
  numberAt,
  SPARSE_BLOCK_EXTENDED,
  SPARSE_EXTENDED,
  TYPE_FLAG,
} from './block.ts';
import type { PaxRecord } from './pax.ts';

/*
 * Sparse files: a tar holds what they store, and a map says where in the file it belongs. All else is
 * zeros. Old GNU tar keeps the map in the header and in blocks after it (type `S`), PAX 0.0 and 0.1 in
 * records, PAX 1.0 before the body. https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
 */

/** A part of a sparse file that is stored. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Makes the error for an invalid map; `what` follows "has". */
type Refuse = (what: string) => Error;

/** Spans in an old GNU header, and in each block after it. */
const HEADER_SPANS = { at: 386, count: 4 };
const BLOCK_SPANS = { at: 0, count: 21 };
const SPAN_SIZE = 24;

/** The map of an old GNU sparse file. `blocks` are its header and the blocks after it. */
export const readGnuMap = (blocks: Buffer, refuse: Refuse): Span[] => {
  if (!isGnu(blocks)) throw refuse('an old sparse file in a header that is not of GNU tar');
  const spans: Span[] = [];
  for (let at = 0; at < blocks.length; at += BLOCK) {
    const block = blocks.subarray(at, at + BLOCK);
    const { at: start, count } = at === 0 ? HEADER_SPANS : BLOCK_SPANS;
    for (let nth = 0; nth < count; nth++) {
      const from = start + nth * SPAN_SIZE;
      // The end of a block's spans, as in GNU tar and Go; more may follow in the next block.
      if (block[from] === 0) break;
      const [offset, length] = [numberAt(block, [from, 12]), numberAt(block, [from + 12, 12])];
      if (offset === undefined || length === undefined)
        throw refuse('a sparse map with a value that is not a number');
      spans.push({ offset, length });
    }
  }
  return spans;
};

/** Whether another block of the map follows a header or block of an old GNU sparse file. */
export const isExtended = (block: Buffer, isHeader: boolean): boolean =>
  block[isHeader ? SPARSE_EXTENDED : SPARSE_BLOCK_EXTENDED] !== 0;

/** The map of an old GNU sparse file, from all header blocks of its entry, which the index has checked. */
export const gnuMapOf = (raw: Buffer): Span[] => {
  let at = 0;
  while (isRecordFlag(raw[at + TYPE_FLAG] as number))
    at += BLOCK + padded(numberAt(raw.subarray(at, at + BLOCK), FIELD.size) ?? 0);
  return readGnuMap(raw.subarray(at), (what) => new Error(`the index passed ${what}`));
};

/** The map in PAX records of version 0.0 or 0.1. */
export const readRecordMap = (records: readonly PaxRecord[], refuse: Refuse): Span[] => {
  let map = '';
  let count = '';
  const listed: string[] = [];
  for (const { key, value } of records) {
    const text = value.toString('latin1');
    if (key === 'GNU.sparse.map') map = text;
    else if (key === 'GNU.sparse.numblocks') count = text;
    else if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      const isOffset = key === 'GNU.sparse.offset';
      if (isOffset !== (listed.length % 2 === 0) || text.includes(','))
        throw refuse('a sparse map out of order');
      listed.push(text);
    }
  }
  const numbers = listed.length > 0 ? listed : map === '' ? [] : map.split(',');
  if (numbers.length !== 2 * decimal(count, refuse))
    throw refuse('a sparse map with a wrong number of values');
  return pairs(numbers.map((text) => decimal(text, refuse)));
};

/**
 * Reads the map that PAX 1.0 puts before a body, block by block. `push` returns the spans once all are there.
 */
export const openBodyMap = (refuse: Refuse): { push: (block: Buffer) => Span[] | undefined } => {
  const numbers: number[] = [];
  let rest = '';
  return {
    push: (block) => {
      const lines = (rest + block.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > BLOCK) throw refuse('a malformed sparse map');
      for (const line of lines) {
        if (numbers.length > 0 && numbers.length === 1 + 2 * (numbers[0] as number)) break;
        numbers.push(decimal(line, refuse));
      }
      const wanted = 1 + 2 * (numbers[0] ?? Infinity);
      return numbers.length === wanted ? pairs(numbers.slice(1)) : undefined;
    },
  };
};

/**
 * Refuses what Go refuses: spans out of order or overlapping, past the end of the file, or with more or
 * fewer bytes than the body has.
 */
export const checkMap = (
  spans: readonly Span[],
  { realSize, stored }: { readonly realSize: number; readonly stored: number },
  refuse: Refuse,
): void => {
  let end = 0;
  let total = 0;
  for (const { offset, length } of spans) {
    if (offset < 0 || length < 0) throw refuse('a sparse map with a number below 0');
    if (offset < end) throw refuse('a sparse map out of order');
    end = offset + length;
    if (end > realSize) throw refuse('a sparse map that goes past the end of its file');
    total += length;
  }
  if (total !== stored) throw refuse('a sparse map that does not fit the stored bytes');
};

const pairs = (numbers: readonly number[]): Span[] =>
  Array.from({ length: numbers.length / 2 }, (_, at) => ({
    offset: numbers[2 * at] as number,
    length: numbers[2 * at + 1] as number,
  }));

/** No file is larger than 2^53, and beyond it arithmetic is not exact. */
const decimal = (text: string, refuse: Refuse): number => {
  if (!/^[+-]?\d{1,19}$/.test(text)) throw refuse('a sparse map with a value that is not a number');
  if (!Number.isSafeInteger(Number(text)))
    throw refuse('a sparse map with a number that is too large');
  return Number(text);
};
