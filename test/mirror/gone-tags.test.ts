import { expect, test } from 'vitest';
import type { MirrorEntry } from '../../src/api/mirror.ts';
import { goneTags, type Delivery } from '../../src/mirror/gone-tags.ts';

const REFERRER = `sha256-${'a'.repeat(64)}`;

const delivery = (entry: Partial<MirrorEntry> = {}, more: Partial<Delivery> = {}): Delivery => ({
  entry: { from: 'docker://a/app', to: 'docker://b/app', gone: { atMost: 3 }, ...entry },
  template: '{tag}',
  wanted: ['1.2'],
  sourceTags: ['1.0', '1.1', '1.2'],
  isImage: false,
  ...more,
});
const gone = (targetTags: readonly string[], ...deliveries: readonly Delivery[]) =>
  goneTags(targetTags, deliveries, 'docker://b/app');

test('tags that the source has no longer are gone, not those that are no longer chosen', () => {
  expect(gone(['0.9', '1.0', '1.2', 'x'], delivery())).toEqual(['0.9', 'x']);
});

test('nothing is gone unless it is asked for', () => {
  expect(gone(['0.9'])).toEqual([]);
  expect(gone(['0.9'], delivery({ gone: undefined }))).toEqual([]);
  expect(gone(['0.9'], delivery({ gone: 'keep' }))).toEqual([]);
  expect(gone(['0.9'], delivery(), delivery({ gone: 'keep' }))).toEqual([]);
});

test('nothing is gone where a source could not be listed, or has no tags at all', () => {
  expect(gone(['0.9'], delivery({}, { sourceTags: undefined }))).toEqual([]);
  expect(gone(['0.9'], delivery({}, { sourceTags: [] }))).toEqual([]);
  expect(gone(['0.9'], delivery(), delivery({}, { sourceTags: undefined }))).toEqual([]);
});

test('what several entries bring to a place is expected', () => {
  const other = delivery({}, { wanted: ['edge'], sourceTags: ['edge', 'beta'] });
  const image = { wanted: ['pinned'], sourceTags: undefined, isImage: true, template: 'pinned' };
  const single = delivery({ gone: undefined }, image);
  const there = ['0.9', 'edge', 'beta', '1.0', 'pinned'];
  expect(gone(there, delivery(), other, single)).toEqual(['0.9']);
  expect(gone(there, single)).toEqual([]);
});

test('signatures, backups and tags that never change stay', () => {
  const tags = [REFERRER, `${REFERRER}.sig`, '0.9-old-0123456789ab', '0.8-old', 'v1'];
  const entry = { backup: '{tag}-old-{digest}', immutable: ['v*', '!v2'] };
  expect(gone([...tags, 'v2'], delivery(entry))).toEqual(['0.8-old', 'v2']);
});

test('tags that the entry cannot have made stay', () => {
  const renamed = delivery({ immutable: ['7'] }, { template: 'up-{tag}.x', wanted: ['up-1.2.x'] });
  expect(gone(['0.9', 'up-0.9.x', 'up-1.0.x', 'up-7.x', 'up-0.9-x'], renamed)).toEqual([
    'up-0.9.x',
  ]);
});

test('of too many tags none is gone, by the strictest entry', () => {
  const many = ['a', 'b', 'c', 'd'];
  const error = { code: 'policy', message: '4 tags would be deleted, docker://b/app' };
  expect(() => gone(many, delivery())).toThrow(expect.objectContaining(error));
  const strict = delivery({ gone: { atMost: 0 } });
  expect(() => gone(['a'], delivery(), strict)).toThrow('1 tag would be deleted');
  expect(gone(['1.0'], strict)).toEqual([]);
});
