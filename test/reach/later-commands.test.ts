import { describe, expect, test } from 'vitest';
import { laterCommands } from '../../src/reach/later-commands.ts';

const inString = (text: string): string => laterCommands(`\0${text}\0`).join(' ');

describe('a string names commands behind others', () => {
  test.each([
    ['cd %s && tar xf -', 'tar'],
    ['test -e a || touch a', 'touch'],
    ['cat a | less', 'less'],
    ['foo |ls', 'ls'],
    ['| sort', 'sort'],
    ['|unpack -f', 'unpack'],
    ['; rm -rf %s', 'rm'],
    ['x=$(find . -name y)', 'find'],
    ['(cd %s; tar x)', 'cd tar'],
    ['ls\n(cat b)', 'cat'],
    ['if (grep -q x y); then (cut -c 1 y)', 'grep cut'],
    ['x && (test -f y || cp a b)', 'test cp'],
    ['! (cmp a b)', 'cmp'],
    ['sh -c "(cat x)"', 'cat'],
    ['my $all = qx(sort a)', 'sort'],
    ['all = %x(sort a)', 'sort'],
    ['echo `date +%s`', 'date'],
  ])('%s', (text, names) => {
    expect(inString(text)).toBe(names);
  });
});

describe('a string is no command line', () => {
  test.each([
    '%s incr => %d (find lib)',
    'guarantee(last != NULL) failed',
    'guarantee(which == other) failed',
    'estimate = %lu; diff = %d bytes',
    // Bytes of addresses.
    '`cp',
    '|ls',
  ])('%s', (text) => {
    expect(inString(text)).toBe('');
  });
});
