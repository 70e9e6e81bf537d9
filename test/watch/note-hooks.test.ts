import { expect, test } from 'vitest';
import { noteHooks } from '../../src/watch/note-hooks.ts';

test('notifications of no use are a line a minute, whoever sends how many', () => {
  let now = 0;
  const lines: unknown[] = [];
  const note = noteHooks(
    ({ fields }) => lines.push(fields),
    () => now,
  );
  note('accepted');
  note('ignored');
  expect(lines).toEqual([]);
  note('refused');
  for (let sent = 0; sent < 1000; sent++) note(sent % 4 === 0 ? 'unreadable' : 'refused');
  expect(lines).toEqual([{ refused: 1, unreadable: 0 }]);
  now = 60_000;
  note('refused');
  expect(lines.slice(1)).toEqual([{ refused: 751, unreadable: 250 }]);
});
