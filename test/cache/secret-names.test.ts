import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretName, secretOf } from '../../src/cache/secret-names.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
let count = 0;
const newFolder = (): string => {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  return folder;
};
const open = (folder: string): Buffer => secretOf(folder, join(folder, `partial-${count++}`));

test('a cache folder has one secret, readable by its owner only', () => {
  const folder = newFolder();
  const secret = open(folder);
  expect(open(folder)).toEqual(secret);
  expect(open(newFolder())).not.toEqual(secret);
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secret']);
});

test('a secret file that was cut short is made anew', () => {
  const folder = newFolder();
  const secret = open(folder);
  truncateSync(join(folder, 'secret'), 31);
  const next = open(folder);
  expect(next).toHaveLength(32);
  expect(next).not.toEqual(secret);
  expect(readFileSync(join(folder, 'secret'))).toEqual(next);
  expect(readdirSync(folder)).toEqual(['secret']);
});

test('the name of a cached block depends on the secret and on every byte', () => {
  const secret = Buffer.alloc(32, 1);
  const contents = Buffer.alloc(5000, 'reslim');
  const names = new Set([secretName(secret, contents), secretName(Buffer.alloc(32, 2), contents)]);
  for (let at = 0; at < contents.length; at += 499) {
    const other = Buffer.from(contents);
    other[at] = (other[at] ?? 0) ^ 1;
    names.add(secretName(secret, other));
  }
  expect(names.size).toBe(2 + 11);
  expect(names).toContain(secretName(secret, Buffer.from(contents)));
  expect(secretName(secret, Buffer.alloc(0))).not.toBe(secretName(secret, Buffer.alloc(1)));
});
