import { expect, test } from 'vitest';
import { backupTag, isBackupTag } from '../../src/mirror/backup-tag.ts';
import { digestLike } from '../support/documents.ts';

const replaced = { tag: '1.2', digest: digestLike('a') };

test('the backup of a tag has parts of the template', () => {
  expect(backupTag('{tag}-before', replaced)).toBe('1.2-before');
  expect(backupTag('old-{digest}', replaced)).toBe('old-aaaaaaaaaaaa');
});

test.each(['{tag}', '1.2', '{tag}/x', '', 'x'.repeat(129), '{name}-old'])(
  'a template that is %j is refused',
  (template) => {
    expect(() => backupTag(template, replaced)).toThrow(expect.objectContaining({ code: 'usage' }));
  },
);

test('a backup is known by its tag', () => {
  const isBackup = isBackupTag('{tag}.old.{digest}');
  expect(isBackup(backupTag('{tag}.old.{digest}', replaced))).toBe(true);
  for (const other of [
    '1.2',
    '1.2.old',
    '1.2.old.xyz',
    '1.2xold.aaaaaaaaaaaa',
    '.old.aaaaaaaaaaaa',
  ])
    expect(isBackup(other)).toBe(false);
});
