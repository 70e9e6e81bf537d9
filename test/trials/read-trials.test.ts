import { expect, test } from 'vitest';
import type { VerifyTrials } from '../../src/api/options.ts';
import { asksAnything, readTrials } from '../../src/trials/read-trials.ts';
import { splitWords } from '../../src/base/split-words.ts';

test.each([
  ['a b  c', ['a', 'b', 'c']],
  [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
  [`say "two \\"words\\"" on\\ e`, ['say', 'two "words"', 'on e']],
  [`a'b'"c"d ''`, ['abcd', '']],
])('a command line %j has the words a shell would give it', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each(["a 'b", 'a "b', 'a \\', ' '])('%j is no command line', (line) => {
  expect(() => splitWords(line)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('requests have a method, a port and a body if they say so', () => {
  const http = ['/', 'GET :81/a?b=c', 'POST /items {"a": 1}\n', ':82/x'];
  const { trials, port } = readTrials({ http, headers: ['Accept: text/html'] }, [80, 443]);
  const headers = [['Accept', 'text/html']];
  expect(port).toBe(80);
  expect(trials).toEqual([
    { kind: 'http', subject: http[0], method: 'GET', path: '/', body: '', port: 80, headers },
    { kind: 'http', subject: http[1], method: 'GET', path: '/a?b=c', body: '', port: 81, headers },
    {
      ...{ kind: 'http', subject: http[2], method: 'POST', path: '/items' },
      ...{ body: '{"a": 1}\n', port: 80, headers },
    },
    { kind: 'http', subject: http[3], method: 'GET', path: '/x', body: '', port: 82, headers },
  ]);
});

test.each<readonly [VerifyTrials, string]>([
  [{ http: ['index.html'] }, 'not a request: index.html'],
  [{ http: ['/'] }, 'the image does not say where it listens'],
  [{ http: [':80/'], headers: ['no header'] }, 'not a header: no header'],
  [{ http: [':80/'], headers: ['A: b\r\nC: d'] }, 'not a header: A: b\r\nC: d'],
  [{ run: ['x'], env: ['NAME'] }, 'not a variable: NAME'],
])('%j is refused', (asked, message) => {
  expect(() => readTrials(asked, [])).toThrow(expect.objectContaining({ code: 'usage', message }));
});

test('how to ask without what to ask has no effect, which is refused', () => {
  expect(asksAnything({})).toBe(false);
  expect(asksAnything({ probes: ['./x'] })).toBe(true);
  expect(() => asksAnything({ port: 80 })).toThrow('"port" has no effect');
});
