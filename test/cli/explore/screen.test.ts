import stringWidth from 'string-width';
import { beforeAll, expect, test } from 'vitest';
import { resize } from '../../../src/cli/explore/model/press.ts';
import { reveal, type State } from '../../../src/cli/explore/model/state.ts';
import { drawScreen } from '../../../src/cli/explore/screen/draw-screen.ts';
import { cut, fit, textOf } from '../../../src/cli/explore/screen/line.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { exploreSample, keys, placeOf, screenOf, stateOf } from './support/explored-image.ts';

let start: State;
beforeAll(async () => {
  const image = await exploreSample(tempFolder());
  start = stateOf({ ...image, name: 'oci:app:1.0' });
}, 60_000);

const at = (path: string): State => reveal(start, placeOf(start.files, path));
const detailsOf = (state: State): string => drawScreen(state).details.map(textOf).join('\n');

test('the screen of a small terminal', () => {
  expect(
    `\n${screenOf(keys(start, 'down', 'right'))
      .map((line) => line.trimEnd())
      .join('\n')}\n`,
  ).toMatchInlineSnapshot(`
    "
    oci:app:1.0  linux/amd64
    23.0 kB stored, 23.0 kB unpacked, 803 B wasted, efficiency 66.8 %
    Goes with level safe: 1.80 kB of 2.42 kB (74.3 %)
      Layer   stored     own  wasted  step
    ›  all  23.0 kB  1.62 kB    803 B  the image as a container sees it
         1  11.3 kB  1.20 kB    800 B  RUN step-1
         2  4.10 kB    400 B           RUN step-2
    ▸    size     goes  why      all files, by size; goes with level safe
      1.62 kB    999 B  partly   ▾ /
    ›   999 B    999 B  emptied    ▾ var/
        999 B    999 B  emptied      ▸ log/
        405 B                      ▸ app/
        200 B                      ▸ usr/
         17 B                      ▸ data/


    ────────────────────────────────────────────────────────────────────────────────
    /var  directory 0755 0:0  999 B in 1 file
     ≤ lean  stays: no rule is about it
      layer  1 of 3  RUN step-1


    ↑↓←→ Tab  f filter  s sort  v level  d details  / find  + - mark  ? help  q quit
    "
  `);
});

test.each([
  [80, 24],
  [80, 12],
  [30, 24],
  [80, 5],
  [60, 20],
  [120, 24],
  [200, 60],
])(
  'at %i columns and %i rows every line fits, and the last line of the terminal stays free',
  (columns, rows) => {
    for (const state of [
      start,
      keys(start, '*', 'end'),
      keys(start, 'tab', 'end'),
      keys(start, '?'),
      keys(start, '/'),
      keys(start, 'd', 'down'),
      keys(start, 'v', 'v'),
    ]) {
      const { layout, head, layers, files, details, foot } = drawScreen(
        resize(state, { columns, rows }),
      );
      const beside = layout.isWide
        ? Math.max(files.length, layers.length + details.length)
        : files.length + layers.length + details.length;
      expect(head.length + beside + foot.length).toBeLessThan(rows);
      const lines = [...head, ...layers, ...files, ...details, ...foot];
      for (const line of lines) expect(stringWidth(textOf(line))).toBeLessThanOrEqual(columns);
    }
  },
);

test('details say why a file goes, stays or is wasted', () => {
  expect(detailsOf(at('var/log/app.log'))).toContain('≤ lean  goes: ');
  expect(detailsOf(at('var/log/app.log'))).toContain('(base/logs)');
  expect(detailsOf(at('app/su'))).toContain('file 4755 7:8  2 B');
  expect(detailsOf(at('app/su'))).toContain('stays: no rule is about it');
  expect(detailsOf(at('app/main'))).toContain('used  entrypoint of the config starts /app/main');
  expect(detailsOf(at('data/b.bin'))).toContain('wasted  the same contents as /data/a.bin');
  expect(detailsOf(at('usr/share/doc/x/readme'))).toMatch(/safe {2}stays.*\n.*lean {2}goes/);
  const second = keys(start, 'tab', 'down', 'down', 'tab', 'down', 'right', 'right', 'down');
  expect(detailsOf(second)).toContain(
    'wasted  layer 2 (RUN step-2) deletes it; it is still downloaded',
  );
  expect(detailsOf(second)).toContain('layer  1 of 3  RUN step-1');
});

test('control characters of names are not printed', () => {
  const text = screenOf(at('data/a.bin')).join('\n');
  expect(text).toContain('\\x1b[31m');
  expect(text).not.toContain('\u001b');
});

test('text is fitted by the columns that it takes', () => {
  expect(fit('ab', 4)).toBe('ab  ');
  expect(fit('ab', 4, 'right')).toBe('  ab');
  expect(fit('abcdef', 4)).toBe('abc…');
  expect(fit('日本語', 4)).toBe('日… ');
  expect(fit('日本語', 6)).toBe('日本語');
  expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
  expect(cut('abc', 0)).toBe('');
});
