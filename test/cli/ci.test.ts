import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';

const cwd = tempFolder();

/** Names and steps that would be commands if they reached a line as they are. */
const HOSTILE = ['##[add-mask]a', '::error::b%0A', '\r\u001b[0Ksection_end:1:reslim_progress\r'];

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const names = HOSTILE.map((name) => `srv/${name}/gcc`);
  const tar = await layerTar(entriesOf(['srv/', ...names.map((name) => `${name}=1`)]));
  const history = [{ created_by: 'RUN true\n::set-output name=digest::x\n##[endgroup]' }];
  const layers = [await putLayer(layout, [tar], { gzip: false })];
  await putImage(layout, '1', {
    layers,
    config: { os: 'linux', architecture: 'amd64', variant: '\n::error::p', history },
  });
});

/** Commands as the runner of GitHub finds them in a log: at the start of a line, or `##[` anywhere. */
const commandsIn = (log: string): string[] =>
  log
    .split(/[\r\n]/)
    .filter((line) => /^\s*::/.test(line) || line.includes('##['))
    .map((line) => line.trimStart());

const LIMITS = ['--max-size', '1kB', '--deny', '/srv/**', '--max-layers', '1'];

const runOn = async (
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Outcome & { readonly summary: string; readonly output: string }> => {
  const folder = tempFolder();
  const [summary, output] = [join(folder, 'summary'), join(folder, 'output')];
  await Promise.all([summary, output].map((path) => writeFile(path, 'before=1\n')));
  const files = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
  const outcome = await tryReslim(['check', 'app:1', ...args], {
    cwd,
    env: { CI: 'true', ...files, ...env },
  });
  return {
    ...outcome,
    summary: await readFile(summary, 'utf8'),
    output: await readFile(output, 'utf8'),
  };
};

const GITHUB = { GITHUB_ACTIONS: 'true' };

test('on GitHub a check folds its progress, annotates, and fills summary and outputs', async () => {
  const { status, stderr, stdout, summary, output } = await runOn(GITHUB, ...LIMITS);
  expect(status).toBe(3);
  expect(stdout).toContain('Over the budget: 2 of 3 checks');
  expect(stderr).toMatch(/^::group::reslim: progress\nopening.*\n::endgroup::\n::error /s);
  expect(commandsIn(stderr)).toEqual([
    '::group::reslim: progress',
    '::endgroup::',
    '::error title=app%3A max-size::linux/amd64/\\x0a::error::p: 4.61 kB, 3.61 kB over the limit of 1.00 kB%0Afirst of all folder /srv',
    expect.stringMatching(
      /^::error title=app%3A deny \/srv\/\*\*::.*3 found, none allowed%0Afirst/,
    ),
  ]);
  expect(commandsIn(stdout)).toEqual([]);
  expect(summary).toMatch(/^before=1\n### ❌ `oci:app:1`\n/);
  expect(output).toMatch(/^before=1\npassed=false\ndigest=sha256:\w{64}\nsize=4608\n$/);
});

test('what is kept annotates nothing, and other outputs stay free of commands', async () => {
  const kept = await runOn(GITHUB, '--max-size', '1MB', '--json', '-q');
  expect(kept).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(kept.stdout)).toMatchObject({ passed: true });
  expect(kept.output).toContain('passed=true\n');
  for (const option of ['--json', '--junit=-', '--sarif=-', '--markdown=-', '--prometheus=-']) {
    const { stdout, stderr } = await runOn(GITHUB, ...LIMITS, option);
    expect(commandsIn(stdout)).toEqual([]);
    expect(commandsIn(stderr)).toHaveLength(4);
  }
});

test('on GitLab the progress is a section, and no text of the image ends it', async () => {
  const { status, stdout, stderr, summary } = await runOn({ GITLAB_CI: 'true' }, ...LIMITS);
  expect(status).toBe(3);
  // oxlint-disable-next-line no-control-regex -- GitLab's own
  const section =
    /^\x1b\[0Ksection_start:\d{10}:reslim_progress\[collapsed=true\]\r\x1b\[0Kreslim: progress\n.*\n\x1b\[0Ksection_end:\d{10}:reslim_progress\r\x1b\[0K\n$/s;
  expect(stderr).toMatch(section);
  expect(stdout).not.toContain('\u001b');
  expect(summary).toBe('before=1\n');
});

test('--ci names the service, or none', async () => {
  const none = await runOn(GITHUB, ...LIMITS, '--ci', 'none');
  expect(commandsIn(none.stderr)).toEqual([]);
  expect(none.output).toBe('before=1\n');
  const github = await runOn({}, ...LIMITS, '--ci', 'github');
  expect(github.output).toContain('passed=false');
  const noFiles = await runOn({ ...GITHUB, GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: '' }, ...LIMITS);
  expect(noFiles.status).toBe(3);
  const lost = await runOn({ ...GITHUB, GITHUB_OUTPUT: join(cwd, 'no/such/file') }, ...LIMITS);
  expect(lost).toMatchObject({ status: 1, stderr: expect.stringContaining('no/such/file') });
});
