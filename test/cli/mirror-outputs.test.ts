import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { startPushgateway } from '../publish/support/pushgateway.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tryReslim, type Outcome } from '../support/try-reslim.ts';

const cwd = tempFolder();
const state = tempFolder();

beforeAll(async () => {
  const layout = join(cwd, 'app');
  await createLayout(layout);
  const tar = await layerTar(
    entriesOf(['app/', 'app/main=1', 'var/', 'var/log/', 'var/log/x.log=1']),
  );
  const layers = [await putLayer(layout, [tar], { gzip: false })];
  await putImage(layout, '1', { layers, config: { os: 'linux', architecture: 'amd64' } });
});

const mirror = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  tryReslim(['mirror', ...args, '--tag-as', '1'], { cwd, env: { XDG_STATE_HOME: state, ...env } });

test('a run is written as page, Markdown and metrics, beside what is printed', async () => {
  const names = ['html', 'markdown', 'prometheus'];
  const args = ['oci:app:1', 'oci:first', ...names.flatMap((name) => [`--${name}`, `run.${name}`])];
  const { status, stdout, stderr } = await mirror(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Mirrored: 1 slimmed in/m);
  const [html = '', markdown = '', metrics = ''] = await Promise.all(
    names.map((name) => readFile(join(cwd, `run.${name}`), 'utf8')),
  );
  expect(html).toContain('<title>first · reslim</title>');
  expect(markdown).toMatch(/^### ✅ `first`\n\n\*\*1 slimmed\*\* in .*, saved/);
  expect(metrics).toContain(
    'reslim_mirror_images{mirror="first",entry="oci:app:1",status="done"} 1\n',
  );
  expect(metrics).toMatch(
    /^reslim_mirror_last_success_timestamp_seconds\{mirror="first",entry="oci:app:1"\} \d{10}\.?\d*$/m,
  );
});

test('one result goes to stdout, and what is printed to stderr then; two cannot', async () => {
  const { status, stdout, stderr } = await mirror(['oci:app:1', 'oci:second', '--prometheus', '-']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# HELP reslim_mirror_images/);
  expect(stderr).toContain('1 slimmed');
  expect(await mirror(['oci:app:1', 'oci:second', '--json', '--markdown', '-'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--json and --markdown cannot both go to stdout'),
  });
});

test.runIf(requireTools('prometheus-pushgateway'))(
  'a failure is told to GitHub and to a real Pushgateway, also with --quiet',
  async () => {
    const gateway = await startPushgateway();
    const [summary, output] = [join(cwd, 'summary'), join(cwd, 'output')];
    for (const file of [summary, output]) await writeFile(file, '');
    const args = ['oci:app:none', 'oci:third', '--quiet', '--push-gateway', gateway];
    const { status, stdout, stderr } = await mirror([...args, '--attempts', '1'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
    });
    expect(status).toBe(1);
    expect(stdout).toContain('Incomplete: 1 failed');
    expect(stderr).toMatch(/^::error title=mirror%3A oci%3Aapp%3Anone::/m);
    expect(await readFile(summary, 'utf8')).toContain('| `oci:app:none` |');
    expect(await readFile(output, 'utf8')).toContain('failures=1\n');
    const metrics = await (await fetch(`${gateway}/metrics`)).text();
    expect(metrics).toContain(
      'reslim_mirror_failures{entry="oci:app:none",instance="",job="reslim_mirror",mirror="third"} 1',
    );
    expect(metrics).not.toContain('reslim_mirror_last_success');
  },
);
