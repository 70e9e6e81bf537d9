import { expect, test } from 'vitest';
import type { MirrorResult } from '../../../src/api/mirror.ts';
import { formatMirror } from '../../../src/report/mirror/format-mirror.ts';
import { createPalette, PLAIN } from '../../../src/report/palette.ts';
import { digest, done, failed, job, mirrored, outcome, SAMPLE } from './support/sample-mirror.ts';

const linesOf = (result: MirrorResult, { verbose = false, width = 100 } = {}): string[] =>
  formatMirror(result, { palette: PLAIN, width, verbose });

test('a run is told entry by entry, failures below, and at the end what it comes to', () => {
  expect(linesOf(SAMPLE)).toEqual([
    'app  2 slimmed, 1 copied, 1 unchanged, 1 waiting, 1 left out, 1 deleted, 2 failed',
    '  source.example/team/app → registry.example/mirror/app',
    '    1.4.0   60.0 MB  →  20.0 MB  -66.7 %',
    '    latest  60.0 MB  →  20.0 MB  -66.7 %  replaces sha256:cccccccccccc, kept as latest-before',
    '    1.3.9   60.0 MB',
    '  waiting source.example/team/app:1.5.0: made 2 hours ago, and minAge is 3 days, from 2026-12-02',
    '    12:00 UTC',
    '  gone at the source registry.example/mirror/app:0.9',
    '',
    'tools  1 failed',
    '',
    'library  3 unchanged',
    '',
    'failed tools',
    '  HTTP status 401, docker://source.example/tools',
    '  hint: log in',
    'failed source.example/team/app:1.2.0 of app',
    '  registry.example answered with HTTP status 503, docker://registry.example/mirror/app:1.2.0 (3',
    '    attempts, not tried again)',
    '  hint: try again later',
    'failed registry.example/mirror/app:0.8 of app',
    '  the registry deletes no tags',
    '',
    'note: 2 tags of app are no images',
    '',
    'host              received     sent  requests                             waited',
    'source.example      240 MB      0 B  GET 48, HEAD 12',
    'registry.example   14.0 kB  81.0 MB  HEAD 20, PUT 10, PATCH 6, POST 6  1 min 2 s',
    '',
    'Incomplete: 2 slimmed, 1 copied, 4 unchanged, 1 waiting, 1 left out, 1 deleted, 3 failed in 2 min 5 s',
    'Saved 80.0 MB: 180 MB → 100 MB (-44.4 %)',
  ]);
});

test('a run that was stopped says what is not done, and when others do it', () => {
  const outcomes = [
    done('1.0'),
    outcome('1.1', 'interrupted', { attempts: 0 }),
    outcome('1.2', 'interrupted', { reason: 'it stays', nextTry: '2026-12-02T12:00:00Z' }),
  ];
  expect(linesOf(mirrored({ outcomes, interrupted: true }))).toEqual([
    'app  1 slimmed, 2 not done',
    '  source.example/team/app → registry.example/mirror/app',
    '    1.0  60.0 MB  →  20.0 MB  -66.7 %',
    '  not done source.example/team/app:1.1',
    '  not done source.example/team/app:1.2: it stays, from 2026-12-02 12:00 UTC',
    '',
    'Interrupted: 1 slimmed, 2 not done in 2 min 5 s',
    'Saved 40.0 MB: 60.0 MB → 20.0 MB (-66.7 %)',
  ]);
});

test('a dry run is a plan: what is new, and what is replaced', () => {
  const lines = linesOf({ ...SAMPLE, dryRun: true });
  expect(lines.slice(0, 4)).toEqual([
    'app  2 to slim, 1 to copy, 1 unchanged, 1 waiting, 1 left out, 1 to delete, 2 failed',
    '  source.example/team/app → registry.example/mirror/app',
    '    new 1.4.0, 1.3.9 (120 MB)',
    '    replaces latest (60.0 MB)',
  ]);
  expect(lines.at(-2)).toMatch(/^Plan: 2 to slim, 1 to copy, .* 3 failed$/);
  expect(lines.at(-1)).toBe('Would save 80.0 MB: 180 MB → 100 MB (-44.4 %)');
});

const MANY = Array.from({ length: 200 }, (_, at) =>
  done(`1.${at}`, at % 9 === 0 ? { replaced: { digest: digest('e') } } : {}),
);

test('of 200 images the first ones are told, unless all are asked for', () => {
  const lines = linesOf(mirrored({ outcomes: MANY }));
  expect(lines.length).toBeLessThan(20);
  expect(lines).toContain('    and 190 others: 11.4 GB → 3.80 GB -66.7 %');
  expect(linesOf(mirrored({ outcomes: MANY, dryRun: true })).length).toBeLessThan(12);
  const all = linesOf(mirrored({ outcomes: MANY }), { verbose: true });
  expect(all).toContain('    1.199  60.0 MB  →  20.0 MB  -66.7 %');
});

test('what is unchanged takes one line, however many entries there are', () => {
  const outcomes = Array.from({ length: 200 }, (_, at) =>
    outcome(`1.${at}`, 'unchanged', { job: job(`1.${at}`, { entry: `entry ${at % 50}` }) }),
  );
  expect(linesOf(mirrored({ outcomes, durationMs: 900 }))).toEqual([
    '50 entries are unchanged: 200 images',
    '',
    'Up to date: 200 unchanged in 900 ms',
  ]);
  expect(linesOf(mirrored({ outcomes: outcomes.slice(0, 1) }), { verbose: true })).toContain(
    '  unchanged source.example/team/app:1.0',
  );
});

test('failures are told up to twenty', () => {
  const outcomes = Array.from({ length: 45 }, (_, at) => failed(`1.${at}`));
  const lines = linesOf(mirrored({ outcomes }));
  expect(lines.filter((line) => line.startsWith('failed'))).toHaveLength(20);
  expect(lines).toContain('and 25 failures more');
  // Of one entry alone its name says nothing.
  expect(lines).toContain('failed source.example/team/app:1.0');
});

test('images by digest, other tags and layouts are named', () => {
  const outcomes = [
    done('1', {
      job: job('1', {
        source: `docker://source.example/app@${digest('f')}`,
        target: 'oci:/srv/mirror:1',
      }),
    }),
    done('2', { job: job('2', { target: 'docker://registry.example:5000/mirror/app:v2' }) }),
  ];
  expect(linesOf(mirrored({ outcomes })).slice(1, 5)).toEqual([
    '  source.example/app → oci:/srv/mirror',
    '    sha256:ffffffffffff as 1  60.0 MB  →  20.0 MB  -66.7 %',
    '  source.example/team/app → registry.example:5000/mirror/app',
    '    2 as v2                   60.0 MB  →  20.0 MB  -66.7 %',
  ]);
});

test('nothing of a server or a registry reaches the terminal as it is', () => {
  const bad = '\u001b]0;title\u0007\u202e ##[error]x\n';
  const result = mirrored({
    outcomes: [
      failed('1', { reason: bad, hint: bad, job: job(bad, { entry: bad }), nextTry: bad }),
      done('2', {
        job: job(bad, { entry: bad, target: `docker://registry.example/${bad}:${bad}` }),
        replaced: { digest: digest('a'), backup: bad },
      }),
      outcome('3', 'waiting', { reason: bad, nextTry: bad, job: job(bad, { entry: bad }) }),
      outcome('4', 'left-out', { reason: bad, job: job(bad, { entry: bad }) }),
    ],
    deleted: [
      { entry: bad, target: bad, status: 'done' },
      { entry: bad, target: bad, status: 'failed', reason: bad },
    ],
    failedEntries: [{ entry: bad, reason: bad, hint: bad }],
    hosts: [{ host: bad, requests: { [bad]: 1 }, bytesReceived: 0, bytesSent: 0, waitedMs: 1 }],
    notes: [bad],
  });
  for (const dryRun of [false, true])
    for (const verbose of [false, true]) {
      const text = linesOf({ ...result, dryRun }, { verbose }).join('');
      expect(text).not.toMatch(/[\p{Cc}\u202e]|##\[/u);
      expect(text).toContain(String.raw`\x1b]0;title`);
    }
});

test('colours change nothing but colours', () => {
  const palette = createPalette(true);
  const coloured = formatMirror(SAMPLE, { palette, width: 100 }).join('\n');
  expect(coloured).toContain('\u001b[31m');
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(linesOf(SAMPLE).join('\n'));
});
