import { BLOCK, padded } from '../entry.ts';
import {
  checksumFits,
  FIELD,
  FLAG,
  isGnu,
  isRecordFlag,
  nameOf,
  numberAt,
  textAt,
  TYPE_FLAG,
  type Field,
} from '../tar/block.ts';
import { parsePax } from '../tar/pax.ts';

/** A tar header as Go's archive/tar reads it: readers of tables of contents compare them with that. */
export interface GoHeader {
  readonly type: GoType;
  /** As it is written: `./etc/`. */
  readonly name: string;
  readonly linkName: string;
  /** With all bits that the field has. */
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  /** RFC 3339, to the nanosecond. */
  readonly modTime: string;
  readonly accessTime: string | undefined;
  readonly changeTime: string | undefined;
  readonly devMajor: number;
  readonly devMinor: number;
  /** Base64 by name. */
  readonly xattrs: Readonly<Record<string, string>>;
}

export type GoType = 'reg' | 'hardlink' | 'symlink' | 'char' | 'block' | 'dir' | 'fifo';

const TYPES: Readonly<Record<number, GoType>> = {
  0: 'reg',
  [FLAG.file]: 'reg',
  [FLAG.link]: 'hardlink',
  [FLAG.symlink]: 'symlink',
  [FLAG.character]: 'char',
  [FLAG.block]: 'block',
  [FLAG.folder]: 'dir',
  [FLAG.fifo]: 'fifo',
};

/**
 * Reads all header blocks of one entry. `undefined` for what no table of contents can say: sparse files, global headers,
 * names that are not UTF-8.
 * @see https://pkg.go.dev/archive/tar#Header
 */
export const readGoHeader = (raw: Buffer): GoHeader | undefined => {
  const parts = takeApart(raw);
  if (!parts) return undefined;
  const { block, pax, longName, longLink } = parts;
  if ([...pax.keys()].some((key) => key.startsWith('GNU.sparse.') || key === 'hdrcharset'))
    return undefined;
  const text = (key: string, otherwise: string): string | undefined => {
    const found = pax.get(key);
    return utf8(found && found.length > 0 ? found : Buffer.from(otherwise, 'latin1'));
  };
  const number = (key: string, field: Field): number | undefined => {
    const found = pax.get(key)?.toString('latin1');
    return found ? Number(found) : numberAt(block, field);
  };
  const flag = block[TYPE_FLAG] as number;
  const name = text('path', longName ?? nameOf(block));
  const type = flag === 0 && name?.endsWith('/') ? 'dir' : TYPES[flag];
  const isV7 = textAt(block, [FIELD.magic[0], 5]) !== 'ustar';
  const extended = (field: Field): number | undefined => (isV7 ? 0 : numberAt(block, field));
  const header = {
    type,
    name,
    linkName: text('linkpath', longLink ?? textAt(block, FIELD.linkName)),
    mode: numberAt(block, FIELD.mode),
    size: number('size', FIELD.size),
    uid: number('uid', FIELD.uid),
    gid: number('gid', FIELD.gid),
    userName: text('uname', isV7 ? '' : textAt(block, [265, 32])),
    groupName: text('gname', isV7 ? '' : textAt(block, [297, 32])),
    modTime: timeOf(pax.get('mtime'), numberAt(block, FIELD.mtime)),
    devMajor: extended(FIELD.devMajor),
    devMinor: extended(FIELD.devMinor),
    xattrs: xattrsOf(pax),
  };
  if (name === '' || Object.values(header).includes(undefined)) return undefined;
  return {
    ...(header as Required<GoHeader>),
    accessTime: otherTime(pax.get('atime'), block, 345),
    changeTime: otherTime(pax.get('ctime'), block, 357),
  };
};

interface Parts {
  readonly block: Buffer;
  readonly pax: ReadonlyMap<string, Buffer>;
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
}

const takeApart = (raw: Buffer): Parts | undefined => {
  let pax = new Map<string, Buffer>();
  const long = new Map<number, string>();
  for (let at = 0; at + BLOCK <= raw.length;) {
    const block = raw.subarray(at, at + BLOCK);
    const flag = block[TYPE_FLAG] as number;
    if (!checksumFits(block) || flag === FLAG.paxGlobal) return undefined;
    at += BLOCK;
    if (!isRecordFlag(flag)) {
      const [longName, longLink] = [long.get(FLAG.longName), long.get(FLAG.longLink)];
      // Which of both counts is not the same everywhere.
      const isTwice =
        (longName !== undefined && pax.has('path')) ||
        (longLink !== undefined && pax.has('linkpath'));
      return at === raw.length && !isTwice ? { block, pax, longName, longLink } : undefined;
    }
    const size = numberAt(block, FIELD.size) ?? 0;
    const body = raw.subarray(at, at + size);
    at += padded(size);
    if (flag !== FLAG.pax) {
      const end = body.indexOf(0);
      long.set(flag, body.toString('latin1', 0, end < 0 ? body.length : end));
      continue;
    }
    const records = parsePax(body);
    if (!records) return undefined;
    pax = new Map(records.map(({ key, value }) => [key, value]));
  }
  return undefined;
};

const utf8 = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const XATTR = 'SCHILY.xattr.';

const xattrsOf = (pax: ReadonlyMap<string, Buffer>): Record<string, string> | undefined => {
  const found: Record<string, string> = {};
  for (const [key, value] of pax) {
    if (!key.startsWith(XATTR)) continue;
    const name = utf8(Buffer.from(key.slice(XATTR.length), 'latin1'));
    if (name === undefined) return undefined;
    found[name] = value.toString('base64');
  }
  return found;
};

/** GNU tar has fields for these times, which Go reads where they are not empty. */
const otherTime = (
  record: Buffer | undefined,
  block: Buffer,
  offset: number,
): string | undefined => {
  const isSet = isGnu(block) && block[offset] !== 0;
  if (!record?.length && !isSet) return undefined;
  return timeOf(record, isSet ? numberAt(block, [offset, 12]) : 0);
};

const timeOf = (record: Buffer | undefined, seconds: number | undefined): string | undefined => {
  const text = record?.toString('latin1') || String(seconds ?? '');
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d{1,12})(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  const nanos = Number(fraction.padEnd(9, '0').slice(0, 9));
  const isBefore = sign === '-';
  const at = isBefore ? -Number(whole) - (nanos > 0 ? 1 : 0) : Number(whole);
  const rest = isBefore && nanos > 0 ? 1e9 - nanos : nanos;
  // What has no year of four digits cannot be written.
  if (at < FIRST || at > LAST) return undefined;
  const date = new Date(at * 1000).toISOString().slice(0, 19);
  const shown = String(rest).padStart(9, '0').replace(/0+$/, '');
  return `${date}${shown && `.${shown}`}Z`;
};

/** The years 1 to 9999. */
const FIRST = -62135596800;
const LAST = 253402300799;
