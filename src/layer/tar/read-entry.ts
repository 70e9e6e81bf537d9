import { normalizePath } from '../../base/byte-path.ts';
import { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import type { Entry, EntryType } from '../entry.ts';
import {
  FIELD,
  FLAG,
  nameOf,
  numberAt,
  SPARSE_REAL_SIZE,
  textAt,
  TYPE_FLAG,
  type Field,
} from './block.ts';
import type { PaxFacts } from './pax-facts.ts';

/** What extended records say of the entry whose header follows. */
export interface ExtendedRecords {
  longName?: string;
  longLink?: string;
  pax?: PaxFacts;
}

interface EntryContext {
  readonly layer: number;
  readonly limits: Limits;
  readonly records: ExtendedRecords;
  /** Where the first header block begins, and the last one ends, in bytes. */
  readonly offset: number;
  readonly end: number;
  /** Names the place in errors. */
  readonly where: () => string;
}

/** Reads an entry from its ustar block. Throws `invalid-image`, `unsupported` or `limit`. */
export const readEntry = (block: Buffer, context: EntryContext): Entry => {
  const { layer, limits, records, offset, end, where } = context;
  const { longName, longLink, pax } = records;
  const flag = block[TYPE_FLAG] as number;
  const name = longName || pax?.path || nameOf(block);
  const type = typeOf(flag, name, where);
  const rawPath = (flag === FLAG.sparse ? undefined : pax?.sparseName) ?? name;
  const rawLink = longLink || pax?.linkPath || textAt(block, FIELD.linkName);
  if (rawPath.length > limits.pathSize || rawLink.length > limits.pathSize)
    throw limitError('pathSize', `a path of more than ${limits.pathSize} bytes`, where());
  // Only files have bodies: the size field of links, devices and folders is ignored.
  const declared = pax?.size ?? sizeAt(block, FIELD.size, where);
  const bodySize = type === 'file' ? checkFileSize(declared, context) : 0;
  checkIds(block, where);
  const oldForm = type === 'file' ? OLD_FORMS[flag] : undefined;
  return {
    layer,
    path: pathOf(rawPath, type, where),
    type,
    offset,
    headerSize: end - offset,
    bodySize,
    size: type === 'file' ? realSizeOf(block, bodySize, context) : 0,
    mode: fieldAt(block, FIELD.mode, 'mode', where) & 0o7777,
    mtime: pax?.mtime ?? fieldAt(block, FIELD.mtime, 'mtime', where),
    linkTarget: linkTargetOf(rawLink, type, where),
    ...(oldForm && { oldForm }),
  };
};

type Where = EntryContext['where'];

/** The error for a tar that breaks the format; `what` follows "the tar". */
export const badTar = (what: string, where: string): ReslimError =>
  new ReslimError('invalid-image', `the tar ${what}, ${where}`);

/** A size in a header. */
export const sizeAt = (block: Buffer, field: Field, where: Where): number => {
  const size = fieldAt(block, field, 'size', where);
  if (size < 0) throw badTar('has a header with a negative size', where());
  return size;
};

const fieldAt = (block: Buffer, field: Field, name: string, where: Where): number => {
  const value = numberAt(block, field);
  if (value === undefined) throw badTar(`has a header whose ${name} is not a number`, where());
  return value;
};

const checkFileSize = (size: number, { limits, end, where }: EntryContext): number => {
  if (end + size <= limits.layerSize) return size;
  const what = `a file of ${size} bytes in a layer of at most ${limits.layerSize}`;
  throw limitError('layerSize', what, where());
};

const realSizeOf = (block: Buffer, bodySize: number, context: EntryContext): number =>
  block[TYPE_FLAG] === FLAG.sparse
    ? checkFileSize(sizeAt(block, SPARSE_REAL_SIZE, context.where), context)
    : (context.records.pax?.realSize ?? bodySize);

const typeOf = (flag: number, name: string, where: Where): EntryType => {
  const type = TYPES[flag];
  if (!type) {
    const shown = JSON.stringify(String.fromCharCode(flag));
    throw new ReslimError('unsupported', `tar entry of type ${shown}, ${where()}`);
  }
  // In archives older than ustar a directory is marked only by a slash at the end of its name.
  return flag === 0 && name.endsWith('/') ? 'directory' : type;
};

const pathOf = (rawPath: string, type: EntryType, where: Where): string => {
  const path = normalizePath(rawPath, where());
  if (path === '' && type !== 'directory') throw badTar('has an entry without a name', where());
  return path;
};

const linkTargetOf = (raw: string, type: EntryType, where: Where): string => {
  if (type !== 'symlink' && type !== 'link') return '';
  if (raw === '') throw badTar('has a link without a target', where());
  if (raw.includes('\0')) throw badTar('has a link target with a NUL byte', where());
  return type === 'symlink' ? raw : normalizePath(raw, where());
};

/** Values that reslim does not use must be numbers as well: runtimes refuse a layer where they are not. */
const checkIds = (block: Buffer, where: Where): void => {
  fieldAt(block, FIELD.uid, 'uid', where);
  fieldAt(block, FIELD.gid, 'gid', where);
  const flag = block[TYPE_FLAG];
  if (flag !== FLAG.character && flag !== FLAG.block) return;
  fieldAt(block, FIELD.devMajor, 'device number', where);
  fieldAt(block, FIELD.devMinor, 'device number', where);
};

const TYPES: Record<number, EntryType> = {
  0: 'file',
  [FLAG.file]: 'file',
  [FLAG.contiguous]: 'file',
  [FLAG.sparse]: 'file',
  [FLAG.link]: 'link',
  [FLAG.symlink]: 'symlink',
  [FLAG.character]: 'character',
  [FLAG.block]: 'block',
  [FLAG.folder]: 'directory',
  [FLAG.fifo]: 'fifo',
};

const OLD_FORMS: Record<number, Entry['oldForm']> = {
  [FLAG.sparse]: 'sparse',
  [FLAG.contiguous]: 'contiguous',
};
