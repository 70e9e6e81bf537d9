import { expect, test } from 'vitest';
import { readNotification } from '../../src/watch/notifications/read-notification.ts';

const read = (document: unknown) =>
  readNotification(typeof document === 'string' ? document : JSON.stringify(document));

const digest = `sha256:${'a'.repeat(64)}`;

const push = (target: object, action = 'push') => ({
  id: 'asdf-asdf-asdf-asdf-0',
  timestamp: '2026-01-02T15:04:05Z',
  action,
  target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, ...target },
  request: { host: 'registry.example', method: 'PUT' },
});

const harborData = {
  resources: [
    { digest, tag: 'latest', resource_url: 'registry.example/team/app:latest' },
    { digest, tag: '1.0', resource_url: 'registry.example/team/app:1.0' },
  ],
  repository: { name: 'app', namespace: 'team', repo_full_name: 'team/app', repo_type: 'private' },
};
const harborTags = [
  { repository: 'team/app', tag: 'latest' },
  { repository: 'team/app', tag: '1.0' },
];

test('distribution: pushes of tags, each once; not of blobs, pulls and deletions', () => {
  const events = [
    push({ repository: 'team/app', tag: '1.0' }),
    push({ repository: 'team/app', tag: '1.0' }),
    push({ repository: 'team/app' }),
    push({ repository: 'team/app', tag: '2.0' }, 'pull'),
    push({ repository: 'team/app', tag: '3.0' }, 'delete'),
    push({ repository: 'nginx', tag: 'latest' }),
  ];
  expect(read({ events })).toEqual([
    { repository: 'team/app', tag: '1.0' },
    { repository: 'nginx', tag: 'latest' },
  ]);
});

test('Harbor: pushes of artifacts, in its own format and as a CloudEvent', () => {
  expect(
    read({ type: 'PUSH_ARTIFACT', occur_at: 1, operator: 'admin', event_data: harborData }),
  ).toEqual(harborTags);
  expect(read({ type: 'PULL_ARTIFACT', event_data: harborData })).toEqual([]);
  const cloudEvent = { specversion: '1.0', id: '1', source: '/projects/2/webhook/policies/15' };
  expect(read({ ...cloudEvent, type: 'harbor.artifact.pushed', data: harborData })).toEqual(
    harborTags,
  );
  expect(read({ ...cloudEvent, type: 'harbor.artifact.deleted', data: harborData })).toEqual([]);
});

test('Docker Hub', () => {
  const repository = { repo_name: 'team/app', name: 'app', namespace: 'team' };
  expect(read({ push_data: { tag: '1.0', pusher: 'somebody' }, repository })).toEqual([
    { repository: 'team/app', tag: '1.0' },
  ]);
});

test.each<[string, unknown]>([
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', null],
  ['a number', 1],
  ['a list', [{ events: [] }]],
  ['an object of something else', { hello: 'world' }],
  ['events that are no list', { events: { length: 1 } }],
  ['100,000 brackets', '['.repeat(100_000)],
  ['100,000 objects in each other', `${'{"events":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
])('%s is no notification', (_, document) => {
  expect(read(document)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['events that are none', { events: [null, 1, 'x', [], {}, { action: 'push', target: null }] }],
  ['names of other types', { events: [push({ repository: ['team/app'], tag: { a: 1 } })] }],
  ['a path that leads elsewhere', { events: [push({ repository: '../../etc', tag: '1.0' })] }],
  ['a repository with a host', { events: [push({ repository: 'x:5000/app', tag: '1.0' })] }],
  ['a tag that is none', { events: [push({ repository: 'team/app', tag: 'a b\n' })] }],
  ['a name without end', { events: [push({ repository: 'a'.repeat(100_000), tag: '1.0' })] }],
  [
    'a name that is slow to read',
    { events: [push({ repository: `${'a-'.repeat(120)}!`, tag: '1' })] },
  ],
  ['a prototype', '{"events": [{"__proto__": {"action": "push"}, "target": {"tag": "1"}}]}'],
  ['resources that are none', { type: 'PUSH_ARTIFACT', event_data: { resources: 'all' } }],
  ['data that are none', { specversion: '1.0', type: 'harbor.artifact.pushed', data: 7 }],
  ['a push without a repository', { push_data: { tag: '1.0' } }],
])('%s yields no tags', (_, document) => {
  expect(read(document)).toEqual([]);
});

test('tags of one notification are bounded', () => {
  const events = Array.from({ length: 5000 }, (_, at) =>
    push({ repository: 'a/b', tag: `t${at}` }),
  );
  expect(read({ events })?.length).toBe(1000);
});
