import { expect, test } from 'vitest';
import type { MirrorJob, MirrorStatus } from '../../../src/api/mirror.ts';
import {
  formatMirrorProgress,
  widthOf,
  type ImageState,
  type MirrorState,
} from '../../../src/cli/display/format-mirror-progress.ts';
import { openMirrorLog, openMirrorView } from '../../../src/cli/display/mirror-progress.ts';

const image = (name: string, done = 45, attempt = 1): ImageState => ({
  name: `docker://${name}`,
  attempt,
  progress: { stage: 'read', platform: 'linux/amd64', done: done * 1e6, total: 100e6 },
});

const state = (images: readonly ImageState[], more: Partial<MirrorState> = {}): MirrorState => ({
  images,
  planned: 200,
  counts: { unchanged: 8, done: 3, failed: 1 },
  isStopping: false,
  ...more,
});

test('there is a line for each image under way, and one for all of them', () => {
  const images = [
    image('registry.example/app:1.2'),
    image('registry.example/team/long-name:1.2.3', 7, 2),
  ];
  expect(formatMirrorProgress(state(images), { width: 110, height: 20 }, 0)).toMatchInlineSnapshot(`
    [
      "registry.example/app:1.2                           ⠋ reading linux/amd64   45 %  45.0 MB of 100 MB",
      "registry.example/team/long-name:1.2.3 (attempt 2)  ⠋ reading linux/amd64    7 %  7.00 MB of 100 MB",
      "⠋ 12 of 200 images: 8 unchanged, 3 done, 1 failed",
    ]
  `);
});

test('with nothing planned, and while it stops, it says so', () => {
  const screen = { width: 60, height: 20 };
  expect(formatMirrorProgress(state([], { planned: 0, counts: {} }), screen, 0)).toEqual([
    '⠋ looking for images',
  ]);
  expect(formatMirrorProgress(state([], { isStopping: true }), screen, 0)).toEqual([
    '⠋ stopping (Ctrl-C again to quit at once)',
  ]);
});

test('on a narrow terminal names lose their middle, and each line fits', () => {
  const images = [
    image('registry.example/app:1.2'),
    image('registry.example/team/a-name-that-is-long:1.2.3-alpine'),
    image('registry.example/図書館/漢字漢字漢字漢字漢字:1'),
  ];
  expect(formatMirrorProgress(state(images), { width: 50, height: 20 }, 0)).toMatchInlineSnapshot(`
    [
      "registry.example/app:1.2   ⠋ reading   45 %",
      "registry…ong:1.2.3-alpine  ⠋ reading   45 %",
      "registry…字漢字漢字漢字:1  ⠋ reading   45 %",
      "⠋ 12 of 200 images: 8 unchanged, 3 done, 1 failed",
    ]
  `);
  for (let width = 0; width < 130; width++)
    for (const line of formatMirrorProgress(state(images), { width, height: 20 }, 0))
      expect(widthOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
});

test('on a low terminal what has no line is counted', () => {
  const images = Array.from({ length: 8 }, (_, at) => image(`registry.example/app:${at}`));
  const linesAt = (height: number) => formatMirrorProgress(state(images), { width: 80, height }, 0);
  expect(linesAt(9).length).toBe(9);
  expect(linesAt(5).length).toBe(5);
  expect(linesAt(5).at(-2)).toBe('and 5 images more');
  expect(linesAt(2)).toEqual(['and 8 images more', expect.stringContaining('12 of 200')]);
  expect(linesAt(1).length).toBe(1);
});

test('a name with control characters cannot steer the terminal', () => {
  const [line] = formatMirrorProgress(
    state([image('registry.example/\x1b[2J\u202e\napp:1')]),
    { width: 120, height: 9 },
    0,
  );
  expect(line).toContain('registry.example/\\x1b[2J\\u202e\\x0aapp:1');
});

const job = (id: string): MirrorJob => ({
  id,
  entry: 'all',
  source: `docker://registry.example/app:${id}`,
  target: `docker://target.example/app:${id}`,
  settings: {},
});

const outcome = (id: string, status: MirrorStatus, reason?: string) => ({
  job: job(id),
  status,
  attempts: 1,
  durationMs: 1234,
  reason,
});

/** A terminal that shows what it is sent: enough of one for what the view writes. */
const terminal = (columns: number, rows: number) => {
  const lines: string[] = [''];
  let [row, column] = [0, 0];
  const writes: string[] = [];
  const write = (text: string): void => {
    writes.push(text);
    for (const [part] of text.matchAll(/\x1b\[(\d*)([A-Z])|[^]/g)) {
      if (part === '\r') column = 0;
      else if (part === '\n') [row, column] = [row + 1, 0];
      else if (part === '\x1b[K') lines[row] = (lines[row] ?? '').slice(0, column);
      else if (part === '\x1b[J') {
        lines.length = row + 1;
        lines[row] = (lines[row] ?? '').slice(0, column);
      } else if (part.startsWith('\x1b')) row = Math.max(0, row - Number(/\d+/.exec(part)?.[0]));
      else {
        lines[row] =
          `${(lines[row] ?? '').padEnd(column).slice(0, column)}${part}${(lines[row] ?? '').slice(column + 1)}`;
        column++;
      }
    }
  };
  return { lines, writes, stream: { write, columns, rows } };
};

test('each drawing covers the last one, and in the end nothing is left', async () => {
  const { lines, writes, stream } = terminal(80, 24);
  const view = openMirrorView({ stream, signal: new AbortController().signal });
  view.onProgress({ type: 'planned', entry: 'all', images: 3 });
  for (const id of ['1', '2', '3']) view.onProgress({ type: 'begun', job: job(id), attempt: 1 });
  view.onProgress({ type: 'event', job: job('2'), event: { type: 'stage', stage: 'write' } });
  await expect.poll(() => lines.length).toBe(4);
  expect(lines[1]).toMatch(/^registry\.example\/app:2 {2}. writing$/);
  view.onOutcome(outcome('1', 'done'));
  view.onOutcome(outcome('2', 'unchanged'));
  await expect.poll(() => lines.length).toBe(2);
  expect(lines).toEqual([
    expect.stringMatching(/^registry\.example\/app:3 {2}. opening$/),
    expect.stringMatching(/^. 2 of 3 images: 1 unchanged, 1 done$/),
  ]);
  view.close();
  expect(lines).toEqual(['']);
  const count = writes.length;
  view.onProgress({ type: 'planned', entry: 'all', images: 3 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(writes.length).toBe(count);
});

test('lines that a narrower terminal broke in two are covered as well', async () => {
  const { writes, stream } = terminal(100, 24);
  const view = openMirrorView({ stream, signal: new AbortController().signal });
  view.onProgress({ type: 'begun', job: { ...job('1'), source: 'x'.repeat(90) }, attempt: 1 });
  await expect.poll(() => writes.length).toBeGreaterThan(1);
  Object.assign(stream, { columns: 20 });
  const before = writes.length;
  await expect.poll(() => writes.length).toBeGreaterThan(before);
  // 59 columns take three lines of 20, and 20 take one.
  expect(writes[before]).toMatch(/^\r\x1b\[3A/);
  view.close();
});

test('a log has a line for each image that is not as it was, and the totals', async () => {
  const { writes, stream } = terminal(80, 24);
  const log = openMirrorLog({ stream });
  log.onProgress({ type: 'planned', entry: 'all', images: 4 });
  log.onProgress({ type: 'begun', job: job('1'), attempt: 1 });
  log.onProgress({ type: 'begun', job: job('1'), attempt: 2 });
  log.onOutcome(outcome('1', 'done'));
  log.onOutcome(outcome('2', 'unchanged'));
  log.onOutcome(outcome('3', 'failed', 'no answer\n\x1b[2J##[error]x'));
  log.close();
  expect(writes).toEqual([
    'registry.example/app:1: attempt 2\n',
    'registry.example/app:1 → target.example/app:1: done in 1.2 s\n',
    'registry.example/app:3 → target.example/app:3: failed: no answer [2J#\\x23[error]x\n',
    '3 of 4 images: 1 unchanged, 1 done, 1 failed\n',
  ]);
});

test('a log tells from time to time how far it is', async () => {
  const { writes, stream } = terminal(80, 24);
  const log = openMirrorLog({ stream, interval: 20 });
  log.onProgress({ type: 'planned', entry: 'all', images: 4 });
  await expect.poll(() => writes.length).toBeGreaterThan(1);
  expect(writes[0]).toBe('0 of 4 images\n');
  log.close();
});
