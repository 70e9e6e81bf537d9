/**
 * One PAX record with its bytes as they are: values may be binary (a `security.capability` xattr is).
 * `key` is a binary string.
 */
export interface PaxRecord {
  readonly key: string;
  readonly value: Buffer;
}

/**
 * Splits the body of a PAX header. Each record is `LENGTH KEY=VALUE\n`, the length counting itself.
 * Returns `undefined` when the bytes are no such records, or have what Go refuses: an empty key, a NUL where
 * text must be. All records are returned; the last of a key counts.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 */
export const parsePax = (body: Buffer): PaxRecord[] | undefined => {
  const records: PaxRecord[] = [];
  let at = 0;
  while (at < body.length) {
    const found = recordAt(body, at);
    if (!found) return undefined;
    records.push(found.record);
    at = found.end;
  }
  return records;
};

const recordAt = (
  body: Buffer,
  at: number,
): { readonly record: PaxRecord; readonly end: number } | undefined => {
  let length = 0;
  let cursor = at;
  for (; cursor < body.length && body[cursor] !== SPACE; cursor++) {
    const digit = (body[cursor] as number) - 0x30;
    if (digit < 0 || digit > 9 || cursor - at > 8) return undefined;
    length = length * 10 + digit;
  }
  const end = at + length;
  const equals = body.indexOf(EQUALS, cursor);
  if (end > body.length || body[end - 1] !== NEWLINE || equals <= cursor + 1 || equals >= end)
    return undefined;
  const key = body.toString('latin1', cursor + 1, equals);
  const value = body.subarray(equals + 1, end - 1);
  return (TEXT_KEYS.has(key) ? value : Buffer.from(key, 'latin1')).includes(0)
    ? undefined
    : { record: { key, value }, end };
};

/** Values of these keys are text; those of others may be any bytes. */
const TEXT_KEYS = new Set(['path', 'linkpath', 'uname', 'gname']);

/** The bytes of records, lengths computed. */
export const encodePax = (records: readonly PaxRecord[]): Buffer =>
  Buffer.concat(
    records.map(({ key, value }) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`, 'latin1'), value, Buffer.from('\n')]);
      let length = rest.length + 1;
      while (String(length).length + rest.length !== length)
        length = String(length).length + rest.length;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );

const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;
