import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { metricLines } from '../../../src/report/metrics.ts';
import { mirrorMetrics } from '../../../src/report/mirror/metrics.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { done, HOSTS, job, mirrored, SAMPLE } from './support/sample-mirror.ts';

const FINISHED = Date.UTC(2026, 10, 29, 12);

const textOf = (result = SAMPLE, name = 'mirror'): string =>
  metricLines(mirrorMetrics({ name, result, finishedAt: FINISHED })).join('');

test('images by entry and status, failures, sizes, traffic and times', () => {
  expect(textOf().split('\n')).toEqual(
    expect.arrayContaining([
      'reslim_mirror_images{mirror="mirror",entry="app",status="done"} 3',
      'reslim_mirror_images{mirror="mirror",entry="app",status="left-out"} 1',
      'reslim_mirror_images{mirror="mirror",entry="library",status="failed"} 0',
      'reslim_mirror_failures{mirror="mirror",entry="app"} 2',
      'reslim_mirror_failures{mirror="mirror",entry="library"} 0',
      'reslim_mirror_failures{mirror="mirror",entry="tools"} 1',
      'reslim_mirror_deleted_tags{mirror="mirror",entry="app"} 1',
      'reslim_mirror_source_size_bytes{mirror="mirror",entry="app"} 180000000',
      'reslim_mirror_saved_size_bytes{mirror="mirror",entry="app"} 80000000',
      'reslim_mirror_received_bytes{mirror="mirror",host="source.example"} 240000000',
      'reslim_mirror_requests{mirror="mirror",host="source.example",method="HEAD"} 12',
      'reslim_mirror_waited_seconds{mirror="mirror",host="registry.example"} 62',
      'reslim_mirror_run_duration_seconds{mirror="mirror"} 125',
      'reslim_mirror_last_run_timestamp_seconds{mirror="mirror"} 1795953600',
    ]),
  );
});

test('an entry with a failure has no time of a success, and a dry run no times at all', () => {
  const successes = /^reslim_mirror_last_success_timestamp_seconds.*$/gm;
  expect(textOf().match(successes)).toEqual([
    'reslim_mirror_last_success_timestamp_seconds{mirror="mirror",entry="library"} 1795953600',
  ]);
  expect(textOf({ ...SAMPLE, dryRun: true })).not.toContain('timestamp');
});

test('neither tags nor hosts make any number of series', () => {
  const result = mirrored({
    outcomes: Array.from({ length: 5000 }, (_, at) => done(`1.${at}`)),
    hosts: Array.from({ length: 300 }, (_, at) => ({ ...HOSTS[1], host: `h${at}` }) as never),
  });
  const text = textOf(result);
  expect(text.match(/^reslim_/gm)?.length).toBeLessThan(500);
  expect(text).not.toContain('1.4999');
  expect(text).toContain('reslim_mirror_requests{mirror="mirror",host="other",method="HEAD"} 5000');
  expect(text).toContain('reslim_mirror_waited_seconds{mirror="mirror",host="other"} 15500');
});

describe.runIf(requireTools('promtool'))('promtool', () => {
  test.each([
    ['of everything', SAMPLE, 'mirror'],
    ['without images', mirrored(), 'mirror'],
    [
      'with hostile names',
      mirrored({ outcomes: [done('1', { job: job('1', { entry: '"}\n\\x{' }) })] }),
      'a"b\\',
    ],
  ])(
    'accepts the metrics of a run %s, as Prometheus and as OpenMetrics',
    async (_, result, name) => {
      const input = textOf(result, name);
      const lint = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      expect(lint).toMatchObject({ status: 0, stdout: '', stderr: '' });
      // Its reader of OpenMetrics wants a time with every sample.
      const timed = input.replaceAll(/^(reslim_.*)$/gm, '$1 1700000000');
      const folder = tempFolder();
      await writeFile(join(folder, 'metrics'), timed);
      const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', 'metrics', 'data'];
      const made = spawnSync('promtool', blocks, { cwd: folder, encoding: 'utf8' });
      expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
      expect(made.stdout).toContain(String(timed.match(/^reslim_/gm)?.length));
    },
  );
});
