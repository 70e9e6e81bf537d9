import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatProgress, type ProgressState } from '../../../src/cli/display/format-progress.ts';
import { openProgress, openStageLog } from '../../../src/cli/display/progress.ts';

const state: ProgressState = {
  stage: 'read',
  platform: 'linux/amd64',
  done: 123_000_000,
  total: 270_000_000,
  rate: 85_100_000,
};

test('the progress line keeps the percentage and the time left longest on a narrow terminal', () => {
  const lines = [110, 90, 70, 50, 40, 30, 20, 12].map((width) => formatProgress(state, width, 0));
  expect(lines).toMatchInlineSnapshot(`
    [
      "⠋ reading linux/amd64  ━━━━━━━━━━━─────────────   45 %  123 MB of 270 MB  85.1 MB/s  2 s left",
      "⠋ reading linux/amd64   45 %  123 MB of 270 MB  85.1 MB/s  2 s left",
      "⠋ reading linux/amd64   45 %  123 MB of 270 MB  85.1 MB/s  2 s left",
      "⠋ reading linux/amd64   45 %  85.1 MB/s  2 s left",
      "⠋ reading linux/amd64   45 %  2 s left",
      "⠋ reading   45 %  2 s left",
      "⠋ reading   45 %",
      "⠋ reading",
    ]
  `);
});

test('the time left is shown in whole units', () => {
  const left = (total: number) =>
    /(\S+(?: \S+)*) left$/.exec(
      formatProgress({ ...state, done: 0, total, rate: 1000 }, 200, 0),
    )?.[1];
  const shown = [1, 59_000, 61_500, 3_599_000, 7_261_000].map((total) =>
    left(total)?.split('  ').at(-1),
  );
  expect(shown).toEqual(['1 s', '59 s', '1 min 2 s', '59 min 59 s', '2 h 1 min']);
});

test('progress without a total shows the bytes done', () => {
  expect(formatProgress({ ...state, total: 0 }, 80, 1)).toBe(
    '⠙ reading linux/amd64  123 MB  85.1 MB/s',
  );
  expect(formatProgress({ stage: 'open', done: 0, total: 0 }, 80, 0)).toBe('⠋ opening');
  const received = { stage: 'open', done: 123_000_000, total: 0, rate: 85_100_000 } as const;
  expect(formatProgress(received, 80, 0)).toBe('⠋ receiving  123 MB  85.1 MB/s');
});

test('a total that is too small does not break the progress bar', () => {
  const line = formatProgress({ ...state, done: 300, total: 200 }, 100, 0);
  expect(line).toContain('━'.repeat(24));
  expect(line).toContain('100 %');
});

test('a platform name with control characters cannot steer the terminal', () => {
  expect(formatProgress({ ...state, platform: 'linux/\x1b[2J' }, 80, 0)).toContain(
    'linux/\\x1b[2J',
  );
});

/** A terminal that keeps what it is sent. */
const recorder = () => {
  const writes: string[] = [];
  return { writes, stream: { write: (text: string) => writes.push(text), columns: 80 } };
};

test('a thousand events draw a few progress lines, one write each, and the last is erased', async () => {
  const { writes, stream } = recorder();
  const progress = openProgress({ stream, signal: new AbortController().signal });
  progress.onEvent({ type: 'stage', stage: 'read', platform: 'linux/amd64' });
  for (let done = 0; done < 1000; done++) {
    progress.onEvent({ type: 'progress', stage: 'read', done, total: 1000 });
  }
  expect(writes.length).toBeLessThan(5);
  for (const picture of writes) {
    expect(picture.startsWith('\r')).toBe(true);
    expect(picture.endsWith('\x1b[K')).toBe(true);
  }
  progress.close();
  expect(writes.at(-1)).toBe('\r\x1b[2K');

  const count = writes.length;
  progress.onEvent({ type: 'stage', stage: 'write' });
  await delay(200);
  expect(writes).toHaveLength(count);
});

test('the progress line keeps moving while nothing happens', async () => {
  const { writes, stream } = recorder();
  const progress = openProgress({ stream, signal: new AbortController().signal });
  await delay(500);
  progress.close();
  expect(writes.length).toBeGreaterThan(2);
});

test('progress that drew nothing erases nothing', () => {
  const { writes, stream } = recorder();
  openProgress({ stream, signal: new AbortController().signal }).close();
  expect(writes).toEqual([]);
});

test('an interruption is shown at once, and later events are not', () => {
  const { writes, stream } = recorder();
  const controller = new AbortController();
  const progress = openProgress({ stream, signal: controller.signal });
  controller.abort();
  progress.onEvent({ type: 'stage', stage: 'write' });
  progress.close();
  expect(writes).toEqual(['\r⠋ stopping (Ctrl-C again to quit at once)\x1b[K', '\r\x1b[2K']);
});

test('a log of the progress has one line for each stage, however many events there are', () => {
  const { writes, stream } = recorder();
  const log = openStageLog({ stream });
  log.onEvent({ type: 'stage', stage: 'open' });
  for (const stage of ['read', 'write'] as const) {
    log.onEvent({ type: 'stage', stage, platform: 'linux/amd64' });
    for (let done = 0; done < 1000; done++)
      log.onEvent({ type: 'progress', stage, done, total: 1000 });
  }
  log.onEvent({ type: 'note', message: 'noted' });
  log.onEvent({ type: 'stage', stage: 'commit' });
  log.close();
  expect(writes).toEqual([
    'opening\n',
    'reading linux/amd64\n',
    'writing linux/amd64\n',
    'finishing\n',
  ]);
});

test('a log of the progress shows from time to time how far a long stage is', async () => {
  const { writes, stream } = recorder();
  const log = openStageLog({ stream, interval: 40 });
  log.onEvent({ type: 'stage', stage: 'read', platform: 'linux/amd64' });
  await delay(60);
  log.onEvent({ type: 'progress', stage: 'read', done: 45_000_000, total: 100_000_000 });
  log.onEvent({ type: 'progress', stage: 'read', done: 46_000_000, total: 100_000_000 });
  expect(writes).toEqual([
    'reading linux/amd64\n',
    'reading linux/amd64: 45 %, 45.0 MB of 100 MB\n',
  ]);
});
