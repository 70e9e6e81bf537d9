import { expect, test } from 'vitest';
import { formatDryRun } from '../../src/report/format-dry-run.ts';
import { dryRunResult, imageReport } from './results.ts';

test('a dry run lists categories with bytes and their largest paths', () => {
  expect(formatDryRun(dryRunResult)).toMatchInlineSnapshot(`
    "oci:app:1.0

    linux/amd64  152 MB compressed, 412 MB unpacked, 9 layers, 18,234 files
    profiles  base (every image), apt (/var/lib/dpkg/status)

    Would remove 93 files, 158 MB unpacked (-38.4 %)

    hidden by upper layers  90 files, 120 MB
      120 MB  layers/deleted  /app/old.bin

    package cache  2 files, 38.1 MB
      38.0 MB  apt/cache  /var/cache/apt/pkgcache.bin
       100 kB  apt/cache  /var/cache/apt/srcpkgcache.bin

    logs  1 file, 999 B
      999 B  base/logs  /var/log/dpkg.log

    Nothing was written. All paths: --report FILE. Why one stays or goes: --explain PATH."
  `);
});

test('a dry run of an image with nothing to remove says so', () => {
  const image = { ...imageReport, target: undefined, categories: [], dropped: [], profiles: [] };
  expect(formatDryRun({ ...dryRunResult, images: [image] })).toMatchInlineSnapshot(`
    "oci:app:1.0

    linux/amd64  152 MB compressed, 412 MB unpacked, 9 layers, 18,234 files
    profiles  none

    Nothing to remove; layers are still merged.

    Nothing was written. All paths: --report FILE. Why one stays or goes: --explain PATH."
  `);
});

test('a dry run shows the five largest paths of a category only', () => {
  const dropped = Array.from({ length: 12 }, (_, at) => ({
    path: `/logs/${at}`,
    type: 'file',
    bytes: at + 1,
    rule: 'base/logs',
    category: 'logs',
    reason: '',
  }));
  const categories = [{ category: 'logs', files: 12, bytes: 78 }];
  const text = formatDryRun({ ...dryRunResult, images: [{ ...imageReport, categories, dropped }] });
  expect(text.match(/\/logs\/\d+/g)).toEqual([
    '/logs/11',
    '/logs/10',
    '/logs/9',
    '/logs/8',
    '/logs/7',
  ]);
});

test('a dry run prints a path with a line break and an escape on one line', () => {
  const dropped = [{ ...imageReport.dropped[0], path: '/a\n\x1b[2J', category: 'logs' }] as const;
  const image = { ...imageReport, categories: [{ category: 'logs', files: 1, bytes: 1 }], dropped };
  const text = formatDryRun({ ...dryRunResult, images: [image] as never });
  expect(text).toContain('/a\\x0a\\x1b[2J');
});
