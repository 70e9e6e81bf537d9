import { expect, test } from 'vitest';
import { tempNote } from '../../src/operations/temp-note.ts';

test('tells of much room in the temp folder, and of more than half of what is free', () => {
  expect(tempNote({ size: 20.52e9, free: 31e9 })).toBe(
    'a run decompresses layers to 20.5 GB in the temp folder, of 31.0 GB that are free; TMPDIR sets another',
  );
  expect(tempNote({ size: 0.4e9, free: 0.7e9 })).toContain('0.4 GB in the temp folder, of 0.7 GB');
  expect(tempNote({ size: 2e9, free: undefined })).toContain('2.0 GB in the temp folder; TMPDIR');
});

test('says nothing of room that every machine has', () => {
  expect(tempNote({ size: 0.4e9, free: 31e9 })).toBeUndefined();
  expect(tempNote({ size: 0, free: 0 })).toBeUndefined();
});
