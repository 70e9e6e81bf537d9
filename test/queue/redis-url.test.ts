import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../src/queue/redis-url.ts';

test.each([
  ['redis://queue.example', 'queue.example', 6379, 0, false, 'redis://queue.example:6379/0'],
  ['valkey://queue.example:7000/', 'queue.example', 7000, 0, false, 'redis://queue.example:7000/0'],
  ['rediss://queue.example/3', 'queue.example', 6379, 3, true, 'rediss://queue.example:6379/3'],
  ['valkeys://[::1]:7/12', '::1', 7, 12, true, 'rediss://[::1]:7/12'],
])('%s', (url, host, port, database, hasTls, name) => {
  const login = { username: undefined, password: undefined };
  expect(parseRedisUrl(url)).toEqual({ name, host, port, database, hasTls, ...login });
});

test('a name never contains the login', () => {
  expect(parseRedisUrl('redis://ada:p%40ss@queue.example')).toMatchObject({
    username: 'ada',
    password: 'p@ss',
    name: 'redis://queue.example:6379/0',
  });
  expect(parseRedisUrl('redis://:only@queue.example')).toMatchObject({ username: undefined });
});

test.each([
  ...['', 'queue.example:6379', 'http://secret@queue.example', 'redis://', 'redis:///1'],
  ...['redis://:secret@host/one', 'redis://:secret@host/1/2', 'redis://:secret@host?db=1'],
  ...['redis://:secret%@host', 'redis://host:70000', 'redis://:secret@host#1'],
])('%j is refused, without repeating it', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.not.stringContaining('secret') as string,
    }) as Error,
  );
});
