import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkSarif } from '../report/support/check-sarif.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim } from '../support/try-reslim.ts';
import { startWebServer } from '../publish/support/web-server.ts';
import { writeSample } from './support/sample-layout.ts';

const cwd = tempFolder();
beforeAll(() => writeSample(cwd));

const FILES = ['--junit', 'junit', '--sarif', 'sarif', '--markdown', 'md', '--prometheus', 'prom'];

const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');

test('a slim writes sizes before and after, and pushes them', async () => {
  const gateway = await startWebServer(() => ({ status: 200 }));
  const args = ['app:1.0', '-o', 'app:slim', '-q', ...FILES];
  const outcome = await tryReslim([...args, '--push-gateway', gateway.url], { cwd });
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  expect(await read('md')).toMatch(
    /^### `oci:app:slim`\n\nSlimmed from `oci:app:1\.0`:\n\n\| platform \| before \| after .*\n.*\n\| `linux\/amd64` \| [\d.]+ k?B \| \*\*[\d.]+ k?B\*\* \| -[\d.]+ % \|/,
  );
  const metrics = await read('prom');
  const sizes = [
    ...metrics.matchAll(
      /^reslim_slim_(source|target)_size_bytes\{image="app",platform="linux\/amd64"\} (\d+)$/gm,
    ),
  ];
  expect(sizes.map(([, side]) => side)).toEqual(['source', 'target']);
  expect(Number(sizes[0]?.[2])).toBeGreaterThan(Number(sizes[1]?.[2]));
  expect(gateway.received.map(({ url, body }) => [url, body])).toEqual([
    ['/metrics/job/reslim_slim/image/app', metrics],
  ]);
  expect(checkSarif(JSON.parse(await read('sarif')) as object).runs[0].results).toEqual([]);
  expect(await read('junit')).toContain('tests="0"');
});

test('a slim over its budget tells all of them, and writes no image', async () => {
  const [summary, output] = [join(cwd, 'summary'), join(cwd, 'output')];
  await Promise.all([summary, output].map((path) => writeFile(path, '')));
  const outcome = await tryReslim(['app:1.0', '-o', 'app:over', '--require-user', ...FILES], {
    cwd,
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output },
  });
  expect(outcome.status).toBe(3);
  expect(outcome.stderr).toContain('::error title=app%3A require-user::');
  expect(await readFile(summary, 'utf8')).toBe(await read('md'));
  expect(await read('md')).toContain('Over the budget in 1 of 1 check');
  expect(await readFile(output, 'utf8')).toBe('passed=false\n');
  expect(checkSarif(JSON.parse(await read('sarif')) as object).runs[0].results).toHaveLength(1);
  expect(await read('junit')).toContain('failures="1"');
  expect(await read('prom')).toContain('rule="require-user"} 0');
  expect(await read('app/index.json')).not.toContain('over');
});
