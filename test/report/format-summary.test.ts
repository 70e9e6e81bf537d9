import { expect, test } from 'vitest';
import { formatSummary } from '../../src/report/format-summary.ts';
import { createPalette } from '../../src/report/palette.ts';
import { imageReport, slimResult } from './results.ts';

test('the summary of one image has sizes side by side, what went, and the result last', () => {
  expect(formatSummary(slimResult)).toMatchInlineSnapshot(`
    "oci:app:1.0-slim linux/amd64 sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

                before    after   change
    compressed  152 MB  61.2 MB  -59.8 %
    unpacked    412 MB   180 MB  -56.2 %
    files       18,234   11,020  -39.6 %
    layers           9        1  -88.9 %

    removed                 files  unpacked
    hidden by upper layers     90    120 MB
    package cache               2   38.1 MB
    logs                        1     999 B

    Saved 91.1 MB: 152 MB → 61.2 MB compressed (-59.8 %) in 3.2 s"
  `);
});

test('the summary of several platforms has a line for each, with the categories together', () => {
  const arm = { ...imageReport, platform: 'linux/arm64/v8' };
  expect(formatSummary({ ...slimResult, images: [imageReport, arm] })).toMatchInlineSnapshot(`
    "oci:app:1.0-slim sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

    platform              compressed   change         unpacked   change  layers
    linux/amd64     152 MB → 61.2 MB  -59.8 %  412 MB → 180 MB  -56.2 %   9 → 1
    linux/arm64/v8  152 MB → 61.2 MB  -59.8 %  412 MB → 180 MB  -56.2 %   9 → 1

    removed                 files  unpacked
    hidden by upper layers    180    240 MB
    package cache               4   76.2 MB
    logs                        2   2.00 kB

    Saved 182 MB: 305 MB → 122 MB compressed (-59.8 %) in 3.2 s"
  `);
});

test('the summary of an image that is slim already says so', () => {
  const { source } = imageReport;
  const same = { ...imageReport, target: source, categories: [], dropped: [] };
  expect(formatSummary({ ...slimResult, changed: false, images: [same] })).toMatchInlineSnapshot(`
    "oci:app:1.0-slim linux/amd64 sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

    Slim already: the target is the same image. 3.2 s"
  `);
});

test('the summary of a larger result says so instead of "saved"', () => {
  const target = { ...imageReport.source, compressedSize: 160_000_000, layers: 1 };
  const summary = formatSummary({
    ...slimResult,
    images: [{ ...imageReport, target, categories: [] }],
  });
  expect(summary).toContain('+5.1 %');
  expect(summary).toContain('Done: 152 MB → 160 MB compressed (+5.1 %) in 3.2 s');
});

test('the summary does not call layers compressed that are stored plain', () => {
  const plain = { ...imageReport.source, compressedSize: imageReport.source.unpackedSize };
  const target = { ...plain, compressedSize: 200_000_000, unpackedSize: 200_000_000 };
  const images = [{ ...imageReport, source: plain, target }];
  const summary = formatSummary({ ...slimResult, images });
  expect(summary).not.toContain('compressed');
  expect(summary).toContain('Saved 212 MB: 412 MB → 200 MB unpacked (-51.5 %) in 3.2 s');
});

test('the summary shows six of more than seven categories, and the rest as one', () => {
  const categories = Array.from({ length: 9 }, (_, at) => ({
    category: `c${at}`,
    files: 10,
    bytes: 9000 - at * 1000,
  }));
  const summary = formatSummary({ ...slimResult, images: [{ ...imageReport, categories }] });
  expect(summary).toContain('c5');
  expect(summary).not.toContain('c6');
  expect(summary).toMatch(/^3 more +30 +6\.00 kB$/m);
});

test('the summary prints notes before its last line, without control characters', () => {
  const summary = formatSummary({ ...slimResult, notes: ['left \x1b[31mout'] });
  expect(summary.split('\n').slice(-3)).toEqual([
    'note: left \\x1b[31mout',
    '',
    'Saved 91.1 MB: 152 MB → 61.2 MB compressed (-59.8 %) in 3.2 s',
  ]);
});

test('the summary prints names without control characters', () => {
  const evil = '\x1b]0;title\x07\u202e\u009b2J\r\n';
  const summary = formatSummary({
    ...slimResult,
    target: { name: evil, digest: slimResult.source.digest },
    images: [
      {
        ...imageReport,
        platform: evil,
        categories: [{ category: evil, files: 1, bytes: 1 }],
      },
    ],
  });
  // oxlint-disable-next-line no-control-regex -- their absence is the point
  expect(summary).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('the summary has the same columns with and without colours', () => {
  const coloured = formatSummary(slimResult, createPalette(true));
  expect(coloured).toContain('\x1b[');
  // oxlint-disable-next-line no-control-regex -- colours are control sequences
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(formatSummary(slimResult));
});

test('the summary breaks notes at words where a width is given', () => {
  const notes = ['the first note has a few more words than one line of the terminal has room for'];
  const summary = formatSummary({ ...slimResult, notes }, createPalette(false), 40);
  expect(summary).toContain(`
note: the first note has a few more
      words than one line of the
      terminal has room for
`);
});
