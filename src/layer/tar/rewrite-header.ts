import type { BytePath } from '../../base/byte-path.ts';
import { BLOCK, padded } from '../entry.ts';
import {
  checksumOf,
  FIELD,
  FLAG,
  isRecordFlag,
  numberAt,
  prefixField,
  TYPE_FLAG,
  ZERO_BLOCK,
  type Field,
} from './block.ts';
import { encodePax, parsePax, type PaxRecord } from './pax.ts';
import { readPaxFacts } from './pax-facts.ts';

/** Changes of a header; see `HeaderChanges` of the plan. */
export interface HeaderEdit {
  readonly path?: BytePath | undefined;
  readonly linkTo?: BytePath | undefined;
  readonly mtime?: number | undefined;
  /** A folder keeps its owner, mode and extended attributes; all else is written in one form. */
  readonly plain?: true | undefined;
  /** The size of another body; the file becomes a plain one. */
  readonly size?: number | undefined;
}

/**
 * Parses an entry's raw header blocks, changes what `edit` names, and writes them again.
 * Everything else, binary PAX values included, keeps its bytes. With `linkTo` the body must be left out.
 */
export const rewriteHeader = (raw: Buffer, edit: HeaderEdit): Buffer => {
  const header = edit.plain ? asPlainFolder(takeApart(raw)) : takeApart(raw);
  if (edit.mtime !== undefined) setMtime(header, edit.mtime);
  if (edit.linkTo !== undefined) setLink(header, edit.linkTo);
  if (edit.size !== undefined) setSize(header, edit.size);
  if (edit.path !== undefined) setPath(header, edit.path);
  return putTogether(header);
};

/** A header for a folder that no layer has, with what runtimes give a missing parent folder. */
export const folderHeader = (path: BytePath): Buffer => newHeader(`${path}/`, FLAG.folder, 0o755);

/** A header for a whiteout: an empty file. */
export const whiteoutHeader = (path: BytePath): Buffer => newHeader(path, FLAG.file, 0o644);

/** A header for a file that no source has. */
export const fileHeader = (path: BytePath, size: number): Buffer =>
  newHeader(path, FLAG.file, 0o644, size);

const newHeader = (path: BytePath, flag: number, mode: number, size = 0): Buffer => {
  const block = Buffer.alloc(BLOCK);
  block.write('ustar\x0000', FIELD.magic[0], 'latin1');
  block[TYPE_FLAG] = flag;
  for (const [field, value] of [
    [FIELD.mode, mode],
    [FIELD.uid, 0],
    [FIELD.gid, 0],
    [FIELD.size, size],
    [FIELD.mtime, 0],
  ] as const) {
    writeNumber(block, field, value);
  }
  const header: Header = { records: [], pax: undefined, block, tail: Buffer.alloc(0) };
  setPath(header, path);
  return putTogether(header);
};

/** Programs write the type of a file into its mode, names of owners or times of access; no container sees any of it. */
const asPlainFolder = ({ block, pax, records }: Header): Header => {
  const [offset, length] = FIELD.name;
  const plain = Buffer.alloc(BLOCK);
  block.copy(plain, offset, offset, offset + length);
  const [prefix, prefixLength] = prefixField(block);
  block.copy(plain, prefix, prefix, prefix + prefixLength);
  plain.write('ustar\x0000', FIELD.magic[0], 'latin1');
  plain[TYPE_FLAG] = FLAG.folder;
  writeNumber(plain, FIELD.mode, (numberAt(block, FIELD.mode) ?? 0) & 0o7777);
  for (const field of [FIELD.uid, FIELD.gid] as const)
    writeNumber(plain, field, numberAt(block, field) ?? 0);
  writeNumber(plain, FIELD.size, 0);
  const kept = pax?.records.filter(({ key }) => !/^([acm]time|[ug]name)$/.test(key)) ?? [];
  const paxBlock = recordBlock(FLAG.pax, 'PaxHeader');
  return { records, pax: { block: paxBlock, records: kept }, block: plain, tail: Buffer.alloc(0) };
};

/** The end-of-archive mark. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK);

interface Header {
  /** GNU long name and long link records, header block and body each. */
  records: { flag: number; bytes: Buffer }[];
  /** The PAX header's own block, and its records. */
  pax: { block: Buffer; records: PaxRecord[] } | undefined;
  block: Buffer;
  /** Blocks of an old GNU sparse map. */
  tail: Buffer;
}

const takeApart = (raw: Buffer): Header => {
  const records: Header['records'] = [];
  let pax: Header['pax'];
  let at = 0;
  for (;;) {
    const block = raw.subarray(at, at + BLOCK);
    const flag = block[TYPE_FLAG] as number;
    if (!isRecordFlag(flag))
      return { records, pax, block: Buffer.from(block), tail: raw.subarray(at + BLOCK) };
    const size = numberAt(block, FIELD.size) ?? 0;
    const body = raw.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + padded(size);
    if (flag === FLAG.longName || flag === FLAG.longLink)
      records.push({ flag, bytes: raw.subarray(at - BLOCK - padded(size), at) });
    else if (flag === FLAG.pax)
      // Of several, the last counts: see the reader.
      pax = { block: Buffer.from(block), records: parsePax(body) ?? [] };
  }
};

const putTogether = ({ records, pax, block, tail }: Header): Buffer => {
  seal(block);
  const parts = records.map(({ bytes }) => bytes);
  if (pax && pax.records.length > 0) parts.push(record(pax.block, encodePax(pax.records)));
  return Buffer.concat([...parts, block, tail]);
};

const setMtime = (header: Header, mtime: number): void => {
  dropPax(header, 'mtime');
  writeNumber(header.block, FIELD.mtime, mtime);
};

const setLink = (header: Header, target: BytePath): void => {
  setSize(header, 0);
  dropPax(header, 'linkpath');
  header.records = header.records.filter(({ flag }) => flag !== FLAG.longLink);
  header.block[TYPE_FLAG] = FLAG.link;
  writeText(header, FIELD.linkName, target, { flag: FLAG.longLink, key: 'linkpath' });
};

const setSize = (header: Header, size: number): void => {
  // The real name of a sparse file is in a record that is removed now.
  const realName = sparseName(header);
  dropPax(header, 'size', /^GNU\.sparse\./);
  if (realName !== undefined) setPath(header, realName);
  header.tail = Buffer.alloc(0);
  header.block[TYPE_FLAG] = FLAG.file;
  writeNumber(header.block, FIELD.size, size);
};

const setPath = (header: Header, path: BytePath): void => {
  const { block, pax } = header;
  if (pax && sparseName(header) !== undefined) {
    dropPax(header, 'GNU.sparse.name');
    pax.records.push({ key: 'GNU.sparse.name', value: Buffer.from(path, 'latin1') });
    return;
  }
  header.records = header.records.filter(({ flag }) => flag !== FLAG.longName);
  dropPax(header, 'path');
  const [offset, length] = prefixField(block);
  block.fill(0, offset, offset + length);
  writeText(header, FIELD.name, path, { flag: FLAG.longName, key: 'path' });
};

const sparseName = ({ pax }: Header): string | undefined =>
  readPaxFacts(pax?.records ?? [], (what) => new Error(what)).sparseName;

/**
 * Writes a text into its field, or, where it is too long, into a record: PAX for UTF-8, GNU for other
 * bytes.
 */
const writeText = (
  header: Header,
  [offset, length]: Field,
  text: string,
  record: { flag: number; key: string },
): void => {
  header.block.fill(0, offset, offset + length);
  if (text.length <= length) {
    header.block.write(text, offset, 'latin1');
    return;
  }
  // Some programs would take a shortened name that ends in a slash for a folder.
  header.block.write(text.slice(0, length).replace(/\/+$/, ''), offset, 'latin1');
  const bytes = Buffer.from(text, 'latin1');
  if (isUtf8(bytes)) {
    header.pax ??= { block: recordBlock(FLAG.pax, 'PaxHeader'), records: [] };
    header.pax.records.push({ key: record.key, value: bytes });
  } else header.records.push({ flag: record.flag, bytes: gnuRecord(record.flag, bytes) });
};

const dropPax = (header: Header, ...keys: (string | RegExp)[]): void => {
  if (!header.pax) return;
  const gone = (name: string): boolean =>
    keys.some((key) => (typeof key === 'string' ? key === name : key.test(name)));
  header.pax.records = header.pax.records.filter(({ key }) => !gone(key));
};

const gnuRecord = (flag: number, text: Buffer): Buffer =>
  record(recordBlock(flag, '././@LongLink', 'ustar  \x00'), Buffer.concat([text, Buffer.alloc(1)]));

const record = (block: Buffer, body: Buffer): Buffer => {
  writeNumber(block, FIELD.size, body.length);
  seal(block);
  return Buffer.concat([block, body, ZERO_BLOCK.subarray(0, padded(body.length) - body.length)]);
};

const recordBlock = (flag: number, name: string, magic = 'ustar\x0000'): Buffer => {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 'latin1');
  for (const field of [FIELD.mode, FIELD.uid, FIELD.gid, FIELD.mtime]) writeNumber(block, field, 0);
  block[TYPE_FLAG] = flag;
  block.write(magic, FIELD.magic[0], 'latin1');
  return block;
};

const seal = (block: Buffer): void => {
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, FIELD.checksum[0], 'latin1');
};

/** Octal where it fits, base-256 elsewhere: negative times and sizes from 8 GiB. */
const writeNumber = (block: Buffer, [offset, length]: Field, value: number): void => {
  const digits = value >= 0 ? value.toString(8) : '';
  if (value >= 0 && digits.length < length) {
    block.write(`${digits.padStart(length - 1, '0')}\0`, offset, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let at = offset + length - 1; at >= offset; at--) {
    block[at] = Number(BigInt.asUintN(8, rest));
    rest >>= 8n;
  }
  block[offset] = value < 0 ? 0xff : 0x80;
};

const isUtf8 = (bytes: Buffer): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
