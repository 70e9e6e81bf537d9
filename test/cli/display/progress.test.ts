import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { formatProgress, type ProgressState } from '../../../src/cli/display/format-progress.ts';
import { openProgress } from '../../../src/cli/display/progress.ts';

const state: ProgressState = {
  stage: 'read',
  platform: 'linux/amd64',
  done: 123_000_000,
  total: 270_000_000,
  rate: 85_100_000,
};

test('the progress line leaves out what does not fit, the least important first', () => {
  const lines = [100, 82, 60, 40, 24, 10].map((width) => formatProgress(state, width, 0));
  expect(lines).toMatchInlineSnapshot(`
    [
      "⠋ reading linux/amd64  ━━━━━━━━━━━─────────────   45 %  123 MB of 270 MB  85.1 MB/s",
      "⠋ reading linux/amd64  ━━━━━━━━━━━─────────────   45 %  123 MB of 270 MB",
      "⠋ reading linux/amd64  ━━━━━━━━━━━─────────────   45 %",
      "⠋ reading linux/amd64   45 %  85.1 MB/s",
      "⠋ reading linux/amd64",
      "⠋ reading ",
    ]
  `);
});

test('progress without a total shows the bytes done', () => {
  expect(formatProgress({ ...state, total: 0 }, 80, 1)).toBe(
    '⠙ reading linux/amd64  123 MB  85.1 MB/s',
  );
  expect(formatProgress({ stage: 'open', done: 0, total: 0 }, 80, 0)).toBe('⠋ opening');
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
