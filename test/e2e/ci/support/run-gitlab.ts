import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { USER } from '../../../transport/registry/support/servers.ts';
import { readRoot, type Job, type JobOutcome } from './job.ts';

const PROGRAM = fileURLToPath(import.meta.resolve('gitlab-ci-local'));
const OLDER_NODE = join(import.meta.dirname, 'older-node.js');

const quote = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

/**
 * Runs a pipeline in a new project that has the component beside it: all its jobs, in shells of this machine, with the
 * variables of GitLab. gitlab-ci-local holds it against the schema that GitLab publishes.
 */
export const runPipeline = async (
  job: Job,
  name: string,
  pipeline: string,
  flags: readonly string[] = [],
): Promise<JobOutcome & { readonly project: string }> => {
  const project = await job.checkOut(name);
  await mkdir(join(project, 'templates'));
  await writeFile(join(project, 'templates/reslim.yml'), await readRoot('templates/reslim.yml'));
  await writeFile(join(project, '.gitlab-ci.yml'), pipeline);
  const git = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('git', ['-C', project, ...args]);
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', 'git@gitlab.com:me/app.git');
  await git('add', '--all');
  const author = ['-c', 'user.name=me', '-c', 'user.email=me@example.com'];
  await git(...author, 'commit', '--quiet', '--message', 'app');
  const variables = Object.entries({
    CI_REGISTRY: job.host,
    CI_REGISTRY_IMAGE: `${job.host}/me/${name}`,
    CI_REGISTRY_USER: USER.username,
    CI_REGISTRY_PASSWORD: USER.password,
  }).flatMap(([key, value]) => ['--variable', `${key}=${value}`]);
  const options = ['--force-shell-executor', '--artifacts-to-source', ...variables, ...flags];
  const command = ['node', '--import', OLDER_NODE, PROGRAM, ...options];
  return { project, ...(await job.sh(quote(command), project)) };
};
