import { expect, test } from 'vitest';
import { openCrc64 } from '../../src/codec/crc64.ts';

/* The values are those of Go's tests: https://go.dev/src/hash/crc64/crc64_test.go */
test.each([
  ['', '0000000000000000'],
  ['a', '3420000000000000'],
  ['ab', '36c4200000000000'],
  ['abc', '3776c42000000000'],
])('the CRC-64 of %j is that of Go', (text, expected) => {
  const crc = openCrc64();
  for (const letter of text) crc.add(Buffer.from(letter));
  expect(crc.digest().toString('hex')).toBe(expected);
});
