import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { startNpmRegistry } from '../../../support/npm-registry.ts';
import { librariesOf } from '../../../support/shell-image.ts';
import { startDocker } from '../../../transport/engine/support/engines.ts';
import { startDistribution, USER } from '../../../transport/registry/support/servers.ts';
import { plainEnvironment } from './checkout.ts';

const exec = promisify(execFile);

/** What the application of a job says when its image runs. */
export const GREETING = 'built, slimmed, checked and pushed';

/** Tools that jobs need. */
export const JOB_TOOLS = ['root', 'ldd', 'dockerd', 'docker', 'buildah', 'skopeo', 'htpasswd'];

/** A machine of a CI platform: Docker, a registry that wants logins, an npm registry that has reslim. */
export interface Job {
  readonly host: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A new checkout of an application with a Dockerfile. */
  readonly checkOut: (name: string) => Promise<string>;
  /** Runs a script in a folder with `sh -e`; its status and all it prints. */
  readonly sh: (
    script: string,
    cwd: string,
    env?: Readonly<Record<string, string>>,
    args?: readonly string[],
  ) => Promise<JobOutcome>;
  /** The digest under which an image is published, if it is. */
  readonly published: (repository: string, tag: string) => Promise<string | undefined>;
  /** Pulls a published image and runs it. */
  readonly run: (repository: string, tag: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface JobOutcome {
  readonly status: number;
  readonly log: string;
}

export const startJob = async (folder: string): Promise<Job> => {
  const [engine, registry, npm] = await Promise.all([
    startDocker(),
    startDistribution({ auth: 'htpasswd', isInMemory: true }),
    startNpmRegistry(folder),
  ]);
  const env = {
    ...plainEnvironment(),
    HOME: join(folder, 'home'),
    DOCKER_HOST: `unix://${engine.socket}`,
    npm_config_registry: npm.url,
    npm_config_cache: join(folder, 'npm'),
    npm_config_prefix: join(folder, 'global'),
    PATH: `${join(folder, 'global/bin')}:${process.env['PATH']}`,
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
  };
  await mkdir(env.HOME);
  await writeFile(
    env.CONTAINERS_STORAGE_CONF,
    `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/storage"\nrunroot = "${folder}/storage-run"\n`,
  );
  const credentials = `${USER.username}:${USER.password}`;
  const sh: Job['sh'] = async (script, cwd, more = {}, args = []) => {
    const child = spawn('sh', ['-ec', script, 'sh', ...args], { cwd, env: { ...env, ...more } });
    const closed = new Promise<number>((resolve) => {
      child.on('close', (code) => resolve(code ?? 1));
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: await closed, log: out + err };
  };
  return {
    host: registry.host,
    env,
    sh,
    checkOut: async (name) => {
      const project = join(folder, name);
      await writeApplication(project);
      return project;
    },
    published: async (repository, tag) => {
      const flags = ['inspect', '--tls-verify=false', '--creds', credentials];
      try {
        const name = `docker://${registry.host}/${repository}:${tag}`;
        const { stdout } = await exec('skopeo', [...flags, '--format', '{{.Digest}}', name]);
        return stdout.trim();
      } catch {
        return undefined;
      }
    },
    run: async (repository, tag) => {
      const name = `${registry.host}/${repository}:${tag}`;
      const login = ['login', '--username', USER.username, '--password', USER.password];
      await engine.ask(...login, registry.host);
      await engine.ask('pull', '--quiet', name);
      return engine.run(name);
    },
    close: async () => {
      await Promise.all([engine.close(), registry.close(), npm.close()]);
    },
  };
};

/** A shell with its libraries, a text that it prints and a leftover: nothing of it needs a base image. */
const writeApplication = async (project: string): Promise<void> => {
  for (const path of ['/bin/sh', ...(await librariesOf('/bin/sh'))]) {
    const target = join(project, 'root', path);
    await mkdir(dirname(target), { recursive: true });
    await cp(await realpath(path), target);
  }
  await mkdir(join(project, 'root/tmp'), { recursive: true });
  await writeFile(join(project, 'root/tmp/left-behind'), Buffer.alloc(300_000, 'x'));
  await writeFile(join(project, 'root/greeting'), `${GREETING}\n`);
  await writeFile(
    join(project, 'Dockerfile'),
    `FROM scratch\nCOPY root /\nCMD ["/bin/sh", "-c", "read -r line < /greeting && echo $line"]\n`,
  );
};

/** A file of the repository, for templates. */
export const readRoot = (path: string): Promise<string> =>
  readFile(join(import.meta.dirname, '../../../..', path), 'utf8');
