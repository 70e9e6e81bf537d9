import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { mirrorAnnotations, mirrorOutputs } from '../../../src/report/mirror/github.ts';
import { mirrorMarkdown } from '../../../src/report/mirror/markdown.ts';
import { requireTools } from '../../support/requires.ts';
import { done, failed, job, mirrored, SAMPLE } from './support/sample-mirror.ts';

test('a summary has failures first, then entries, then traffic', () => {
  expect(mirrorMarkdown(SAMPLE, 'mirror.yaml')).toEqual([
    '### ❌ `mirror.yaml`',
    '',
    '**2 slimmed, 1 copied, 4 unchanged, 1 waiting, 1 left out, 1 deleted, 3 failed** in 2 min 5 s, saved 80.0 MB&#58; 180 MB → 100 MB &#40;-44.4 %&#41;',
    '',
    '| failed | entry | why | what to do |',
    '| --- | --- | --- | --- |',
    '|  | `tools` | `HTTP status 401, docker://source.example/tools` | `log in` |',
    '| `docker://source.example/team/app:1.2.0` | `app` | `registry.example answered with HTTP status 503, docker://registry.example/mirror/app:1.2.0` | `try again later` |',
    '| `docker://registry.example/mirror/app:0.8` | `app` | `the registry deletes no tags` |  |',
    '',
    '|  | entry | done | unchanged | waiting | left out | deleted | failed | not done | size |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| ❌ | `app` | 3 | 1 | 1 | 1 | 1 | 2 |  | 180 MB → 100 MB &#40;-44.4 %&#41; |',
    '| ❌ | `tools` |  |  |  |  |  | 1 |  |  |',
    '| ✅ | `library` |  | 3 |  |  |  |  |  |  |',
    '',
    '> `2 tags of app are no images`',
    '',
    '<details>',
    '<summary>Traffic</summary>',
    '',
    '| host | received | sent | requests | waited |',
    '| --- | ---: | ---: | --- | ---: |',
    '| `source.example` | 240 MB | 0 B | `GET 48, HEAD 12` |  |',
    '| `registry.example` | 14.0 kB | 81.0 MB | `HEAD 20, PUT 10, PATCH 6, POST 6` | 1 min 2 s |',
    '',
    '</details>',
  ]);
});

test('long tables are cut', () => {
  const outcomes = Array.from({ length: 80 }, (_, at) =>
    failed(`${at}`, { job: job(`${at}`, { entry: `entry ${at}` }) }),
  );
  const lines = mirrorMarkdown(mirrored({ outcomes }), 'mirror');
  expect(lines.filter((line) => line === 'and 30 more')).toHaveLength(2);
});

test('GitHub gets an error for each of the first failures, and outputs', () => {
  const outcomes = Array.from({ length: 20 }, (_, at) => failed(`${at}`));
  const annotations = mirrorAnnotations(mirrored({ outcomes }));
  expect(annotations).toHaveLength(10);
  expect(annotations[0]).toBe(
    '::error title=mirror%3A docker%3A//source.example/team/app%3A0::registry.example answered with HTTP status 503, docker://registry.example/mirror/app:0%0Atry again later',
  );
  expect(mirrorOutputs(SAMPLE)).toEqual([
    'done=3',
    'unchanged=4',
    'waiting=1',
    'failures=3',
    'saved=80000000',
  ]);
});

test.runIf(requireTools('cmark-gfm'))('hostile text makes no markup', () => {
  const bad = '`|<img src=x>|@nobody\n::error::x';
  const result = mirrored({
    outcomes: [
      failed('1', { reason: bad, hint: bad, job: job(bad, { entry: bad }) }),
      done('2', { job: job('2', { entry: bad }) }),
    ],
    hosts: [{ host: bad, requests: { [bad]: 1 }, bytesReceived: 1, bytesSent: 1, waitedMs: 0 }],
    notes: [bad],
  });
  const lines = mirrorMarkdown(result, bad);
  expect(lines.join('')).not.toContain('\n');
  const { stdout } = spawnSync('cmark-gfm', ['-e', 'table', '--unsafe'], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  expect(stdout.match(/<table>/g)).toHaveLength(3);
  expect(stdout).not.toMatch(/<img|<a /);
  for (const line of mirrorAnnotations(result)) expect(line).toMatch(/^::error title=[^\n]*$/);
});
