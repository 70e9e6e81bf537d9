import { expect, test } from 'vitest';
import type { ImageEdits } from '../../src/api/edits.ts';
import { readEdits } from '../../src/edits/read-edits.ts';

test('no edits are none', () => {
  expect(readEdits(undefined)).toBeUndefined();
  expect(readEdits({})).toBeUndefined();
  expect(readEdits({ env: {}, unsetEnv: [], scrubBuildArgs: false })).toBeUndefined();
});

test('an empty value clears a member', () => {
  const cleared = {
    entrypoint: '',
    cmd: [],
    user: '',
    workdir: '',
    stopSignal: '',
    healthcheck: '',
  };
  const { single } = readEdits(cleared) ?? expect.unreachable();
  expect([...single]).toEqual(
    ['entrypoint', 'cmd', 'user', 'workdir', 'stop-signal', 'healthcheck'].map((member) => [
      member,
      undefined,
    ]),
  );
});

const single = (edits: ImageEdits): unknown => [...(readEdits(edits)?.single.values() ?? [])][0];

test.each<[string | readonly string[], readonly string[]]>([
  ['app --port 80', ['app', '--port', '80']],
  [`sh -c 'echo "a b"'`, ['sh', '-c', 'echo "a b"']],
  ['["app", "a b"]', ['app', 'a b']],
  [' [ "app" ]', ['app']],
  [
    ['app', '|'],
    ['app', '|'],
  ],
  ['app a|b 1>2', ['app', 'a|b', '1>2']],
])('%j are the words %j', (text, words) => {
  expect(single({ entrypoint: text })).toEqual(words);
  expect(single({ cmd: text })).toEqual(words);
});

test.each<[string, string]>([
  ['SIGINT', 'SIGINT'],
  ['int', 'SIGINT'],
  ['15', '15'],
  ['SIGRTMIN+3', 'SIGRTMIN+3'],
  ['rtmax-1', 'SIGRTMAX-1'],
  ['RTMIN', 'SIGRTMIN'],
])('the signal %s is written as %s', (text, signal) => {
  expect(single({ stopSignal: text })).toBe(signal);
});

test.each<[string, object]>([
  [
    'curl -f http://localhost/ || exit 1',
    { Test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'] },
  ],
  ['CMD curl -f /', { Test: ['CMD-SHELL', 'curl -f /'] }],
  ['CMD ["app", "--check"]', { Test: ['CMD', 'app', '--check'] }],
  ['["app", "--check"]', { Test: ['CMD', 'app', '--check'] }],
  ['["CMD-SHELL", "true"]', { Test: ['CMD-SHELL', 'true'] }],
  ['NONE', { Test: ['NONE'] }],
  [
    '--interval=1m30s --timeout 500ms --start-period=5s --start-interval=1s --retries=2 CMD CMDS',
    {
      Test: ['CMD-SHELL', 'CMDS'],
      Interval: 90e9,
      Timeout: 5e8,
      StartPeriod: 5e9,
      StartInterval: 1e9,
      Retries: 2,
    },
  ],
])('the health check %s', (text, check) => {
  expect(single({ healthcheck: text })).toEqual(check);
});

test('ports get their protocol, once each', () => {
  expect(readEdits({ expose: ['8080', '8080/TCP', '53/udp'], unsetExpose: ['80'] })?.ports).toEqual(
    {
      set: ['8080/tcp', '53/udp'],
      unset: ['80/tcp'],
    },
  );
});

test('a time is written in UTC, without fractions', () => {
  expect(single({ created: 1_700_000_000 })).toBe('2023-11-14T22:13:20Z');
});

test.each<[ImageEdits, string]>([
  [{ env: { '1A': 'x' } }, '--env has no valid name: "1A"'],
  [{ env: { 'A B': 'x' } }, '--env has no valid name: "A B"'],
  [{ env: { A: 'x\0' } }, '--env A has a zero byte in its value'],
  [{ unsetEnv: ['A=1'] }, '--unset-env takes a name alone: A=1'],
  [{ unsetEnv: [''] }, '--unset-env cannot be ""'],
  [{ labels: { '': 'x' } }, '--label has no valid name: ""'],
  [{ annotations: { 'a\nb': 'x' } }, '--annotation has no valid name: "a\\nb"'],
  [{ entrypoint: 'a | b' }, '--entrypoint is started without a shell, yet has |'],
  [{ cmd: 'a && b' }, '--cmd is started without a shell, yet has &&'],
  [{ cmd: '["a", 1]' }, '--cmd is not a list of strings in JSON: ["a", 1]'],
  [{ cmd: "'a" }, "a quote without an end: 'a"],
  [{ entrypoint: ['', 'a'] }, '--entrypoint has an empty first word'],
  [{ user: 'a b' }, '--user is not a user: "a b"'],
  [{ user: 'a:' }, '--user is not a user: "a:"'],
  [{ workdir: 'app' }, '--workdir is not an absolute path: "app"'],
  [{ volumes: ['data'] }, '--volume is not an absolute path: "data"'],
  [{ expose: ['0'] }, 'not a port: "0"'],
  [{ expose: ['65536'] }, 'not a port: "65536"'],
  [{ expose: ['80/http'] }, 'not a port: "80/http"'],
  [{ stopSignal: 'SIGSTOPP' }, '--stop-signal is not a signal: SIGSTOPP'],
  [{ stopSignal: '65' }, '--stop-signal is not a signal: 65'],
  [{ stopSignal: 'SIGRTMIN+31' }, '--stop-signal is not a signal: SIGRTMIN+31'],
  [{ healthcheck: '--interval=5s' }, '--healthcheck has no command'],
  [{ healthcheck: 'CMD' }, '--healthcheck has no command'],
  [{ healthcheck: '--interval=5 CMD a' }, '--healthcheck has no time in --interval: 5'],
  [{ healthcheck: '--interval=1us CMD a' }, '--healthcheck has no time in --interval: 1us'],
  [{ healthcheck: '--retries=x CMD a' }, '--healthcheck has retries that are no number: x'],
  [{ healthcheck: '--period=1s CMD a' }, '--healthcheck has no option --period'],
  [{ healthcheck: '--interval=5s NONE' }, '--healthcheck NONE takes no options'],
  [{ created: -1 }, '--created is not a time: -1'],
  [{ platforms: ['linux'], user: 'a' }, 'not a platform: linux'],
  [{ platforms: ['linux/arm64'] }, '--edit-platform is given, yet nothing is edited'],
])('%j is refused', (edits, message) => {
  expect(() => readEdits(edits)).toThrow(expect.objectContaining({ code: 'usage', message }));
});
