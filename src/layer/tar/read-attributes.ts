import { BLOCK, padded } from '../entry.ts';
import { FIELD, FLAG, isRecordFlag, numberAt, TYPE_FLAG } from './block.ts';
import { parsePax, type PaxRecord } from './pax.ts';

/** What an index leaves out of a header. */
export interface Attributes {
  readonly uid: number;
  readonly gid: number;
  /** Numbers of a device, `major:minor`; `0:0` for anything else. */
  readonly device: string;
  /** By name, e.g. `security.capability`; binary strings both. */
  readonly xattrs: ReadonlyMap<string, string>;
}

/** Reads an entry's raw header blocks, which the index has checked. */
export const readAttributes = (raw: Buffer): Attributes => {
  let records: readonly PaxRecord[] = [];
  let at = 0;
  while (isRecordFlag(raw[at + TYPE_FLAG] as number) && at + BLOCK < raw.length) {
    const size = numberAt(raw.subarray(at, at + BLOCK), FIELD.size) ?? 0;
    const body = raw.subarray(at + BLOCK, at + BLOCK + size);
    // Of several, the last counts: see the reader.
    if (raw[at + TYPE_FLAG] === FLAG.pax) records = parsePax(body) ?? [];
    at += BLOCK + padded(size);
  }
  const block = raw.subarray(at, at + BLOCK);
  const values = new Map(records.map(({ key, value }) => [key, value.toString('latin1')]));
  const owner = (key: 'uid' | 'gid'): number => {
    const stated = values.get(key);
    return stated ? Number(stated) : (numberAt(block, FIELD[key]) ?? 0);
  };
  const xattrs = [...values].flatMap(([key, value]) => {
    const name = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(.*)$/s.exec(key)?.[1];
    return name === undefined ? [] : [[name, value] as const];
  });
  const number = (key: 'devMajor' | 'devMinor'): number => numberAt(block, FIELD[key]) ?? 0;
  const isDevice = [FLAG.character, FLAG.block].some((flag) => block[TYPE_FLAG] === flag);
  const device = isDevice ? `${number('devMajor')}:${number('devMinor')}` : '0:0';
  return { uid: owner('uid'), gid: owner('gid'), device, xattrs: new Map(xattrs) };
};
