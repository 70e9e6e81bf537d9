/*
 * Tars made byte by byte, so that tests can write what no archiver would. Shares nothing with src.
 */

/** The fields of one header block. Strings go in as latin1, as they are, without an ending NUL. */
export interface RawHeader {
  readonly name?: string | undefined;
  readonly mode?: string | Buffer | undefined;
  readonly uid?: string | Buffer | undefined;
  readonly gid?: string | Buffer | undefined;
  readonly size?: number | string | Buffer | undefined;
  readonly mtime?: number | string | Buffer | undefined;
  readonly flag?: string | undefined;
  readonly linkName?: string | undefined;
  /** Magic and version, 8 bytes. */
  readonly magic?: string | undefined;
  readonly devMajor?: string | undefined;
  readonly devMinor?: string | undefined;
  readonly prefix?: string | undefined;
  /** Bytes set last, before the checksum. */
  readonly patch?: readonly (readonly [offset: number, bytes: string | Buffer])[] | undefined;
  /** Takes the place of the computed checksum. */
  readonly checksum?: string | undefined;
}

export const USTAR = 'ustar\x0000';
export const GNU = 'ustar  \x00';
export const V7: string = '\0'.repeat(8);

export const header = (fields: RawHeader): Buffer => {
  const block = Buffer.alloc(512);
  const put = (at: number, value: string | Buffer): void => {
    if (typeof value === 'string') block.write(value, at, 'latin1');
    else value.copy(block, at);
  };
  put(0, (fields.name ?? 'f').slice(0, 100));
  put(100, fields.mode ?? '0000644\0');
  put(108, fields.uid ?? '0000000\0');
  put(116, fields.gid ?? '0000000\0');
  put(124, number(fields.size ?? 0));
  put(136, number(fields.mtime ?? 1000));
  put(156, fields.flag ?? '0');
  put(157, (fields.linkName ?? '').slice(0, 100));
  put(257, fields.magic ?? USTAR);
  if (fields.devMajor !== undefined) put(329, fields.devMajor);
  if (fields.devMinor !== undefined) put(337, fields.devMinor);
  if (fields.prefix !== undefined) put(345, fields.prefix);
  for (const [at, value] of fields.patch ?? []) put(at, value);
  put(148, '        ');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, fields.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
};

const number = (value: number | string | Buffer): string | Buffer =>
  typeof value === 'number' ? `${value.toString(8).padStart(11, '0')}\0` : value;

/** Zeros after a body of this size. */
export const pad = (size: number): Buffer => Buffer.alloc((512 - (size % 512)) % 512);

export const withBody = (block: Buffer, body: string | Buffer): Buffer => {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return Buffer.concat([block, bytes, pad(bytes.length)]);
};

/** A header and a body of that size. */
export const member = (fields: RawHeader, body: string | Buffer = ''): Buffer =>
  withBody(header({ size: body.length, ...fields }), body);

/** One PAX record. `length` takes the place of the right one. */
export const paxRecord = (key: string, value: string | Buffer, length?: string): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  const rest = Buffer.concat([Buffer.from(` ${key}=`, 'latin1'), bytes, Buffer.from('\n')]);
  let total = rest.length + 1;
  while (String(total).length + rest.length !== total) total = String(total).length + rest.length;
  return Buffer.concat([Buffer.from(length ?? String(total)), rest]);
};

/** An extended header (`x`, or `g` for all that follows). */
export const pax = (
  records: readonly (readonly [string, string | Buffer])[] | Buffer,
  flag = 'x',
): Buffer => {
  const body = Buffer.isBuffer(records)
    ? records
    : Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  return member({ name: 'PaxHeaders/f', flag }, body);
};

/** A GNU long name (`L`) or long link (`K`). */
export const gnuLong = (flag: 'L' | 'K', text: string): Buffer =>
  member({ name: '././@LongLink', flag, magic: GNU }, `${text}\0`);

export const END: Buffer = Buffer.alloc(1024);

export const tarOf = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, END]);

/** A number in GNU base-256. */
export const base256 = (value: bigint, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  let rest = value;
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(BigInt.asUintN(8, rest));
    rest >>= 8n;
  }
  bytes[0] = value < 0n ? 0xff : 0x80 | (bytes[0] as number);
  return bytes;
};
