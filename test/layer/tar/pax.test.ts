import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePax, parsePax } from '../../../src/layer/tar/pax.ts';

test('a PAX record that counts its own length in either of two ways is the same record', () => {
  // Ten bytes with two digits, nine with one.
  const [long, short] = [parsePax(Buffer.from('10 path=x\n')), parsePax(Buffer.from('9 path=x\n'))];
  expect(long).toEqual([{ key: 'path', value: Buffer.from('x') }]);
  expect(short).toEqual(long);
});

test('PAX records are read back as they were written', () => {
  const key = fc.stringMatching(/^[a-zA-Z.]{1,120}$/);
  const value = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(fc.record({ key, value })), (records) => {
      const texts = new Set(['path', 'linkpath', 'uname', 'gname']);
      fc.pre(records.every((record) => !texts.has(record.key)));
      expect(parsePax(encodePax(records))).toEqual(records);
    }),
  );
});
