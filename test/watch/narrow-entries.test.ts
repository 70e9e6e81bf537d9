import { expect, test } from 'vitest';
import type { MirrorEntry } from '../../src/api/mirror.ts';
import { narrowEntries } from '../../src/watch/narrow-entries.ts';

const TO = 'docker://target.example/{repository}';
const APP = 'docker://registry.example:5000/team/app';

const narrowed = (entry: Partial<MirrorEntry>, ...names: readonly string[]) =>
  narrowEntries(
    [{ from: APP, to: TO, ...entry }],
    names.map((name) => {
      const [repository = '', tag = ''] = name.split(':');
      return { repository, tag };
    }),
  );

test('only the matching repository and tag are looked at, under the name and settings of their entry', () => {
  expect(narrowed({ copy: true, tags: ['1.*', '!*-rc*'] }, 'team/app:1.2')).toEqual([
    { name: APP, from: `${APP}:1.2`, to: TO, copy: true, gone: 'keep' },
  ]);
  expect(narrowed({ tags: ['1.*', '!*-rc*'] }, 'team/app:2.0', 'team/app:1.2-rc1')).toEqual([]);
  expect(narrowed({}, 'team/other:1.0', 'team/app/x:1.0', 'app:1.0')).toEqual([]);
});

test.each<[string, Partial<MirrorEntry>, string, boolean]>([
  ['no tags are all tags', {}, 'latest', true],
  ['but not signatures', {}, `sha256-${'a'.repeat(64)}.sig`, false],
  ['a range', { tags: ['>=1.2 <2'] }, '1.9.1', true],
  ['outside of a range', { tags: ['>=1.2 <2'] }, '2.0.0', false],
  ['a name', { tags: ['latest'] }, 'latest', true],
  ['another name', { tags: ['latest'] }, 'edge', false],
  ['a name beside a pattern', { tags: ['latest', '1.*'] }, 'latest', true],
  ['digests alone', { digests: [`sha256:${'a'.repeat(64)}`] }, 'latest', false],
  ['its one tag', { from: `${APP}:1.0` }, '1.0', true],
  ['another tag than its one', { from: `${APP}:1.0` }, '1.1', false],
  ['a digest', { from: `${APP}@sha256:${'a'.repeat(64)}` }, '1.0', false],
  ['a glob of repositories', { from: 'docker://registry.example:5000/team/*' }, '1.0', true],
  ['another glob', { from: 'docker://registry.example:5000/other/*' }, '1.0', false],
  ['a layout', { from: 'oci:team/app' }, '1.0', false],
  ['an archive', { from: 'oci-archive:team/app' }, '1.0', false],
])('%s', (_, entry, tag, isTaken) => {
  expect(narrowed(entry, `team/app:${tag}`).map(({ from }) => from)).toEqual(
    isTaken ? [`${APP}:${tag}`] : [],
  );
});

test('an entry that takes the newest is looked at for the repository, once', () => {
  const entry = { from: 'docker://registry.example:5000/team/*', tags: ['1.*'], newest: 2 };
  expect(narrowed(entry, 'team/app:1.2', 'team/app:1.3', 'team/app:2.0')).toEqual([
    { name: entry.from, from: APP, to: TO, tags: ['1.*'], newest: 2, gone: 'keep' },
  ]);
});

test('nothing is deleted because of a notification', () => {
  const entry = { gone: { atMost: 5 } };
  expect(narrowed(entry, 'team/app:1.2').map(({ gone }) => gone)).toEqual(['keep']);
});

test('a name of Docker Hub is that of its registry', () => {
  expect(narrowed({ from: 'nginx' }, 'library/nginx:1.29').map(({ from }) => from)).toEqual([
    'docker://docker.io/library/nginx:1.29',
  ]);
});
