import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { reachesNpm, requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { USER } from '../../transport/registry/support/servers.ts';
import { GREETING, JOB_TOOLS, readRoot, startJob, type Job } from './support/job.ts';
import { runPipeline } from './support/run-gitlab.ts';
import { runTask, type Task } from './support/run-task.ts';
import { snippets } from './support/snippets.ts';

const SECRETS = { REGISTRY_USER: USER.username, REGISTRY_PASSWORD: USER.password };

interface Commands {
  readonly steps: readonly {
    readonly name: string;
    readonly commands: readonly string[];
    readonly environment?: Readonly<Record<string, unknown>>;
  }[];
}

describe.runIf(requireTools(...JOB_TOOLS, 'rsync', 'git') && (await reachesNpm()))('a job', () => {
  const folder = tempFolder();
  let job: Job;
  /** What a snippet says, for the registry of this job. */
  const here = (text: string): string => text.replaceAll('registry.example.com', job.host);
  const expectPublished = async (repository: string, tag: string): Promise<void> => {
    expect(await job.published(repository, tag)).toMatch(/^sha256:/);
    expect(await job.run(repository, tag)).toBe(`${GREETING}\n`);
  };

  beforeAll(async () => {
    job = await startJob(folder);
  });
  afterAll(() => job?.close());

  describe('of GitLab', () => {
    /** With the component from the project, and with the Docker of this machine. */
    const local = (pipeline: string): string =>
      pipeline
        .replace(/component: .*$/m, 'local: templates/reslim.yml')
        .replace(/^ *services: .*\n/m, '');

    test('builds, slims, checks and publishes as docs/ci.md says', async () => {
      const [pipeline = ''] = snippets('ci.md', 'GitLab CI');
      const { status, log, project } = await runPipeline(job, 'gitlab', local(pipeline));
      expect(log).toContain('json schema validated');
      expect([status, log]).toEqual([0, expect.stringContaining('PASS  reslim')]);
      for (const name of ['report.json', 'junit.xml', 'metrics.txt'])
        expect(existsSync(join(project, 'reslim', name))).toBe(true);
      await expectPublished('me/gitlab', 'latest');
    });

    test('publishes nothing that is over its budget, and takes inputs as they are', async () => {
      const pipeline = `include:
  - local: templates/reslim.yml
    inputs:
      image: docker-daemon:app:1
      target: $CI_REGISTRY_IMAGE:latest
      level: lean
      options: "--keep=/$(touch pwned)\\n--keep=/none\\n"
      max-size: 10kB
      deny: "shells\\n/bin/$(touch pwned)\\n"
      check: "--max-user-wasted=100%"
      stage: test
      job: 'slim it'
`;
      await job.sh('docker build -q -t app:1 .', await job.checkOut('large'));
      const { status, log, project } = await runPipeline(job, 'gitlab-large', pipeline);
      expect(status).not.toBe(0);
      expect(log).toContain('Over the budget: 2 of 4 checks');
      expect(log).toContain('FAIL  slim it');
      expect(existsSync(join(project, 'pwned'))).toBe(false);
      expect(await job.published('me/gitlab-large', 'latest')).toBeUndefined();
    });

    test('is refused by the schema of GitLab where it is wrong', async () => {
      const wrong = 'slim:\n  script: [ls]\n  artifacts: { pahts: [x] }\n';
      const { status, log } = await runPipeline(job, 'gitlab-wrong', wrong);
      expect([status, log]).toEqual([1, expect.stringContaining('pahts')]);
    });
  });

  describe('of Tekton', () => {
    let task: string;
    beforeAll(async () => {
      task = await readRoot('templates/tekton/reslim.yaml');
    });

    test('has parameters that all reach a step, none of them as text of a script', () => {
      const { apiVersion, kind, spec } = parse(task) as Task;
      expect([apiVersion, kind]).toEqual(['tekton.dev/v1', 'Task']);
      for (const { script } of spec.steps) expect(script).not.toContain('$(params');
      for (const { name } of spec.params)
        expect(task).toMatch(new RegExp(`\\$\\(params\\.${name}[)[]`));
    });

    test('slims, checks and publishes as docs/ci.md says', async () => {
      const project = await job.checkOut('tekton');
      await job.sh('docker build -q -t app:1 . && docker save -o app.tar app:1', project);
      await job.sh(`docker login -u ${USER.username} -p ${USER.password} ${job.host}`, project);
      const [snippet = ''] = snippets('ci.md', 'Tekton');
      const [step] = parse(here(snippet)) as [
        { readonly params: readonly { name: string; value: string }[] },
      ];
      const params = Object.fromEntries(step.params.map(({ name, value }) => [name, value]));
      const workspaces = { images: project, dockerconfig: join(folder, 'home/.docker') };
      const { status, log, results } = await runTask(job, task, { params, workspaces });
      expect([status, log]).toEqual([0, expect.stringMatching(/^Valid: /m)]);
      expect(results).toEqual({
        IMAGE_DIGEST: await job.published('team/app', '1.0'),
        IMAGE_URL: `${job.host}/team/app:1.0`,
      });
      expect(await job.run('team/app', '1.0')).toBe(`${GREETING}\n`);
    });

    test('ends before it publishes what is over its budget', async () => {
      const project = await job.checkOut('tekton-large');
      await job.sh('docker build -q -t app:1 . && docker save -o app.tar app:1', project);
      const params = {
        IMAGE: 'app.tar',
        TARGET: `${job.host}/team/large:1.0`,
        SLIM_OPTIONS: ['--level=lean', '--keep=/$(touch pwned)'],
        CHECK_OPTIONS: ['--max-size=10kB'],
      };
      const { status, results } = await runTask(job, task, {
        params,
        workspaces: { images: project },
      });
      expect([status, results['IMAGE_URL']]).toEqual([3, '']);
      expect(existsSync(join(project, 'pwned'))).toBe(false);
      expect(await job.published('team/large', '1.0')).toBeUndefined();
    });
  });

  test('of Jenkins runs the lines of docs/ci.md', async () => {
    const [snippet = ''] = snippets('ci.md', 'Jenkins');
    const [, script = ''] = /sh '''(.*?)'''/s.exec(here(snippet)) ?? [];
    const project = await job.checkOut('jenkins');
    const { status, log } = await job.sh(script, project, {
      npm_config_omit: 'optional',
      BUILD_NUMBER: '7',
      REGISTRY_USR: USER.username,
      REGISTRY_PSW: USER.password,
    });
    expect([status, log]).toEqual([0, expect.stringMatching(/^Saved /m)]);
    await expectPublished('team/app', '7');
  });

  test.each([
    ['Woodpecker', 'CI_COMMIT_SHA'],
    ['Drone', 'DRONE_COMMIT_SHA'],
  ])('of %s runs the steps of docs/ci.md', async (platform, variable) => {
    const [snippet = ''] = snippets('ci.md', 'Woodpecker and Drone');
    const { steps } = parse(here(snippet).replaceAll('CI_COMMIT_SHA', variable)) as Commands;
    const project = await job.checkOut(platform.toLowerCase());
    for (const { commands } of steps) {
      const env = { ...SECRETS, npm_config_omit: 'optional', [variable]: platform };
      const { status, log } = await job.sh(commands.join('\n'), project, env);
      expect([status, log]).toEqual([0, log]);
    }
    await expectPublished('team/app', platform);
  });

  test('of CircleCI runs the steps of docs/ci.md', async () => {
    const [snippet = ''] = snippets('ci.md', 'CircleCI');
    const { jobs } = parse(here(snippet)) as {
      jobs: { image: { steps: readonly (string | { readonly run?: string })[] } };
    };
    const project = await job.checkOut('circleci');
    const env = { ...SECRETS, npm_config_omit: 'optional', CIRCLE_SHA1: 'circle' };
    for (const step of jobs.image.steps) {
      if (typeof step === 'string' || step.run === undefined) continue;
      const { status, log } = await job.sh(step.run, project, env);
      expect([status, log]).toEqual([0, log]);
    }
    expect(readFileSync(join(project, 'report.json'), 'utf8')).toContain('/tmp/left-behind');
    await expectPublished('team/app', 'circle');
  });
});
