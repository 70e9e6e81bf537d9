import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startNpmRegistry } from '../../support/npm-registry.ts';
import { reachesNpm, requireTools } from '../../support/requires.ts';
import { runReslim } from '../../support/run-reslim.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { startPodman, type RunningEngine } from '../../transport/engine/support/engines.ts';
import { fetchManifest } from '../../transport/registry/support/fetch-manifest.ts';
import { startDistribution, type Distribution } from '../../transport/registry/support/servers.ts';
import { GREETING, writeShellImage } from '../../support/shell-image.ts';
import { checkOut, plainEnvironment } from './support/checkout.ts';
import { snippets } from './support/snippets.ts';
import { expand } from './support/expressions.ts';
import { readAction, runAction, type ActionRun } from './support/run-action.ts';

const ROOT = join(import.meta.dirname, '../../..');
const trace = new NoOperationTraceWriter();

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const usesOfReslim = (steps: readonly Step[]): Readonly<Record<string, unknown>>[] =>
  steps.filter(({ uses }) => uses?.startsWith('OWNER/reslim@')).map((step) => step.with ?? {});

describe('the GitHub action', () => {
  test("is what GitHub's own parser accepts", async () => {
    const content = readFileSync(join(ROOT, 'action.yml'), 'utf8');
    const { context } = parseAction({ name: 'action.yml', content }, trace);
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('hands inputs to the shell as variables, each of them to some step', async () => {
    const { inputs, runs } = await readAction(ROOT);
    const handed = new Set<string>();
    for (const { run, shell, env = {}, if: condition = '', ...rest } of runs.steps) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
      const texts = [...Object.values(env), condition, rest['working-directory'] ?? ''];
      for (const [, name = ''] of texts.join(' ').matchAll(/inputs\.([\w-]+)/g)) handed.add(name);
    }
    expect([...handed].sort()).toEqual(Object.keys(inputs).sort());
  });

  test('is used in docs/ci.md with inputs that it has, in a workflow that GitHub accepts', async () => {
    const { inputs } = await readAction(ROOT);
    const [workflow = '', steps = ''] = snippets('ci.md', 'GitHub Actions');
    const { context } = parseWorkflow({ name: 'image.yml', content: workflow }, trace);
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
    const { jobs } = parse(workflow) as { jobs: { image: { steps: Step[] } } };
    const uses = usesOfReslim([...jobs.image.steps, ...(parse(steps) as Step[])]);
    expect(uses).toHaveLength(2);
    for (const use of uses)
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(use)));
  });
});

const NEEDED = ['root', 'ldd', 'podman', 'runc', 'docker-registry'];

describe.runIf(requireTools(...NEEDED) && (await reachesNpm()))('a job with the action', () => {
  const folder = tempFolder();
  const [action, workspace, temp] = ['action', 'workspace', 'temp'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  let registry: Distribution;
  let engine: RunningEngine;
  const use = (
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ActionRun> =>
    runAction({
      action,
      workspace,
      temp,
      inputs,
      env: {
        ...plainEnvironment(),
        npm_config_prefer_offline: 'true',
        XDG_CACHE_HOME: join(folder, 'cache'),
        DOCKER_HOST: `unix://${engine.socket}`,
        ...env,
      },
    });
  const isPublished = async (repository: string): Promise<boolean> =>
    (await fetch(`http://${registry.host}/v2/${repository}/tags/list`)).ok;

  beforeAll(async () => {
    for (const each of [workspace, temp]) await mkdir(each);
    [engine, registry] = await Promise.all([
      startPodman(),
      startDistribution({ isInMemory: true }),
      checkOut(action),
      writeShellImage(join(workspace, 'app')),
    ]);
    await runReslim('copy', `oci:${workspace}/app:1.0`, `docker-archive:${workspace}/app.tar`);
    await engine.ask('load', '--quiet', '--input', join(workspace, 'app.tar'));
  });
  afterAll(() => Promise.all([engine?.close(), registry?.close()]));

  test('builds reslim from a checkout, slims what Podman has and publishes it as docs/ci.md says', async () => {
    const [workflow = ''] = snippets('ci.md', 'GitHub Actions');
    const { jobs } = parse(workflow) as { jobs: { image: { steps: Step[] } } };
    const [inputs = {}] = usesOfReslim(jobs.image.steps);
    const github = { sha: '1.0', repository: 'me/app' };
    const given = Object.entries(inputs).map(([name, value]) => [
      name,
      expand(String(value), { github }).replace('ghcr.io', registry.host),
    ]);
    const { status, outputs, steps, log } = await use(Object.fromEntries(given));
    expect(log).toMatch(/^::group::Install reslim$.*^::endgroup::$/ms);
    expect([status, steps]).toEqual([0, ['Install reslim', 'Slim', 'Check', 'Verify', 'Publish']]);

    const { digest, document } = await fetchManifest(registry.host, 'me/app', '1.0');
    const layers = document['layers'] as readonly { readonly size: number }[];
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    expect(outputs).toMatchObject({ digest, size: String(size), passed: 'true' });
    expect(JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8'))).toMatchObject({ schema: 1 });
    await engine.ask('pull', '--quiet', '--tls-verify=false', `${registry.host}/me/app:1.0`);
    expect(await engine.run(`${registry.host}/me/app:1.0`)).toBe(`${GREETING}\n`);
  });

  test('publishes nothing that is over its budget, and says so', async () => {
    const target = `${registry.host}/me/large:1.0`;
    const { status, outputs, steps, log } = await use({
      image: './app:1.0',
      target,
      'max-size': '10kB',
      deny: 'compilers\nshells\n',
      report: 'report.json',
    });
    expect([status, steps.at(-1)]).toEqual([3, 'Check']);
    expect(outputs).toMatchObject({ passed: 'false', report: 'report.json' });
    expect(log).toContain('/bin/sh');
    expect(log).toContain('::error::The image does not keep its budget: it is not published');
    expect(existsSync(join(workspace, 'report.json'))).toBe(true);
    expect(await isPublished('me/large')).toBe(false);
  });

  test('checks what .reslim.yaml of the working directory limits, and nothing where there is no budget', async () => {
    const free = await use({ image: './app:1.0', verify: 'false' });
    expect([free.status, free.outputs['passed']]).toEqual([0, 'true']);
    expect(free.steps).toEqual(['Install reslim', 'Slim', 'Check']);
    await mkdir(join(workspace, 'service'));
    await writeFile(join(workspace, 'service/.reslim.yaml'), 'check: { max-wasted: 0 }\n');
    const kept = await use({ image: '../app:1.0', 'working-directory': 'service' });
    expect([kept.status, kept.outputs['passed']]).toEqual([0, 'true']);
    await writeFile(join(workspace, 'service/.reslim.yaml'), 'check: { max-size: 10kB }\n');
    const held = await use({ image: '../app:1.0', 'working-directory': 'service' });
    expect([held.status, held.outputs['passed']]).toEqual([3, 'false']);
  });

  test('compares with a baseline, and passes on more options a line', async () => {
    const { status, outputs, log } = await use({
      image: './app:1.0',
      options: '--keep=/tmp/**\n--compression=none\n',
      'max-growth': '0%',
      baseline: './app:1.0',
      check: '--max-user-wasted=100%\n--junit=junit.xml\n',
    });
    expect([status, outputs['passed']]).toEqual([3, 'false']);
    expect(log).toMatch(/over +max-growth/);
    expect(log).toMatch(/ok +max-user-wasted/);
    expect(readFileSync(join(workspace, 'junit.xml'), 'utf8')).toContain('name="app linux/amd64"');
    expect(readFileSync(outputs['report'] ?? '', 'utf8')).not.toContain('/tmp/left-behind');
  });

  test('takes a version from npm', async () => {
    const npm = await startNpmRegistry(temp);
    onTestFinished(npm.close);
    const env = { npm_config_registry: npm.url };
    const { status, log } = await use({ image: './app:1.0', version: 'latest' }, env);
    expect([status, log]).toEqual([0, expect.stringMatching(/^added \d+ packages/m)]);
    expect(existsSync(join(temp, 'reslim-package/node_modules/reslim/bin/reslim.js'))).toBe(true);
  });

  test.each([
    ['image', `./app:1.0"; touch pwned; "`],
    ['image', '--help'],
    ['level', '`touch pwned`'],
    ['options', '--keep=$(touch pwned)\n; touch pwned\n'],
    ['max-size', '1GB --no-cache'],
    ['deny', '* $(touch pwned)\n'],
    ['check', '&& touch pwned'],
    ['report', 'no/such/folder/$(touch pwned).json'],
    ['version', '1.0.0; touch pwned'],
    ['version', '../../etc'],
    ['version', 'file:.'],
  ])('takes %s as it is: %s', async (name, value) => {
    const { status } = await use({ image: './app:1.0', 'max-size': '1GB', [name]: value });
    expect(status).not.toBe(0);
    for (const each of [workspace, temp, action]) expect(readdirSync(each)).not.toContain('pwned');
  });

  test('takes a target as it is', async () => {
    await use({ image: './app:1.0', target: 'oci:$(touch pwned):1.0' });
    expect(readdirSync(workspace)).toContain('$(touch pwned)');
    expect(readdirSync(workspace)).not.toContain('pwned');
  });
});
