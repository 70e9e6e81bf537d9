import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest } from '../../src/oci/digest.ts';
import { orderByTime } from '../../src/tags/order-by-time.ts';
import type { ImageSummary } from '../../src/trend/summarize-image.ts';
import { traceGrowth } from '../../src/trend/trace-growth.ts';

const digestOf = (text: string): Digest =>
  `sha256:${Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)}`;

/** An image of layers written `STEP=SIZE`; equal ones are the same layer. */
const imageOf = (layers: readonly string[], platform = 'linux/amd64'): ImageSummary => ({
  platform,
  digest: digestOf(layers.join()),
  compressedSize: layers.reduce((sum, layer) => sum + Number(layer.split('=')[1]), 0),
  layers: layers.map((layer, at) => {
    const [step = '', size] = layer.split('=');
    return { number: at + 1, step, diffId: digestOf(layer), compressedSize: Number(size) };
  }),
});

const historyOf = (...layers: readonly (readonly string[])[]) =>
  layers.map((each, at) => ({ tag: `1.${at}`, images: [imageOf(each)] }));

const onePlatform = (...layers: readonly (readonly string[])[]) =>
  traceGrowth(historyOf(...layers), 0.1)[0]?.points ?? [];

test('a tag has grown from the threshold on, and names the steps that did', () => {
  const points = onePlatform(
    ['base=80', 'RUN npm ci=20'],
    ['base=80', 'RUN npm ci=29'],
    ['base=80', 'RUN npm ci=29', 'COPY fonts=11'],
    ['base=90', 'RUN npm ci=40', 'COPY fonts=11'],
  );
  expect(points.map(({ growth, grown }) => [growth?.toFixed(3), grown])).toEqual([
    [undefined, false],
    ['0.090', false],
    ['0.101', true],
    ['0.175', true],
  ]);
  expect(points[2]?.causes).toEqual([
    { kind: 'step', name: 'COPY fonts', bytes: 11, layer: 3, detail: 'new' },
  ]);
  expect(points[3]?.causes).toEqual([
    { kind: 'step', name: 'RUN npm ci', bytes: 11, layer: 2 },
    { kind: 'step', name: 'base', bytes: 10, layer: 1 },
  ]);
});

test('exactly the threshold counts as grown', () => {
  expect(onePlatform(['a=100'], ['a=110']).at(-1)).toMatchObject({ growth: 0.1, grown: true });
  expect(onePlatform(['a=100000'], ['a=109999']).at(-1)).toMatchObject({ grown: false });
});

test('a step is the same whatever checksum its builder writes into it', () => {
  const [before, after] = [
    `COPY file:${'1'.repeat(64)} in /app`,
    `COPY file:${'2'.repeat(64)} in /app`,
  ];
  expect(onePlatform([`${before}=100`], [`${after}=150`]).at(-1)?.causes).toEqual([
    { kind: 'step', name: after, bytes: 50, layer: 1 },
  ]);
});

test('growth from nothing is growth, without a number that JSON cannot hold', () => {
  expect(onePlatform(['a=0'], ['a=1']).at(-1)).toEqual({
    tag: '1.1',
    digest: expect.any(String) as string,
    compressedSize: 1,
    layers: 1,
    change: 1,
    grown: true,
    causes: [{ kind: 'step', name: 'a', bytes: 1, layer: 1 }],
  });
  expect(onePlatform(['a=0'], ['a=0']).at(-1)).toMatchObject({ grown: false });
});

test('each platform has a history of its own; only the newest tag makes it one that grew', () => {
  const [amd, arm] = ['linux/amd64', 'linux/arm64'];
  const histories = traceGrowth(
    [
      { tag: '1', images: [imageOf(['a=100'], amd), imageOf(['a=100'], arm)] },
      { tag: '2', images: [imageOf(['a=100'], amd), imageOf(['a=200'], arm)] },
      { tag: '3', images: [imageOf(['a=150'], amd)] },
    ],
    0.1,
  );
  expect(histories.map(({ platform, grown, points }) => [platform, grown, points.length])).toEqual([
    [amd, true, 3],
    [arm, false, 2],
  ]);
});

test('changes add up to the difference between the last size and the first', () => {
  const sizes = fc.array(fc.nat({ max: 1e9 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, (all) => {
      const points = onePlatform(...all.map((size) => [`a=${size}`]));
      const changed = points.reduce((sum, { change = 0 }) => sum + change, 0);
      expect(changed).toBe((all.at(-1) ?? 0) - (all[0] ?? 0));
    }),
  );
});

test('by time the newest comes last, and several tags of one image are one', () => {
  const tag = (name: string, root: string, created?: string) => ({
    tag: name,
    root,
    images: [{ created }],
  });
  const ordered = orderByTime([
    tag('latest', 'two', '2026-02-01T00:00:00Z'),
    tag('1.1', 'two', '2026-02-01T00:00:00Z'),
    tag('1.0', 'one', '2026-01-01T02:00:00+03:00'),
    tag('old', 'none'),
  ]);
  expect(ordered.map((each) => [each.tag, each.otherTags])).toEqual([
    ['old', []],
    ['1.0', []],
    ['1.1', ['latest']],
  ]);
});

test('images without times of their own are ordered by version', () => {
  const tag = (name: string) => ({
    tag: name,
    root: name,
    images: [{ created: '1970-01-01T00:00:00Z' }],
  });
  const ordered = orderByTime(['1.10.0', 'main', '1.9.0'].map(tag));
  expect(ordered.map((each) => each.tag)).toEqual(['main', '1.9.0', '1.10.0']);
});
