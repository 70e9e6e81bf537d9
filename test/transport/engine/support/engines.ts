import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A real engine with a storage of its own. */
export interface RunningEngine {
  readonly socket: string;
  /** Its own command line, e.g. `ask('image', 'ls')`. Resolves with stdout. */
  ask(...args: readonly string[]): Promise<string>;
  /** Runs an image's command, or another, in a fresh container. Resolves with stdout. */
  run(image: string, ...command: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

interface EngineCommand {
  /** Starts the server. */
  readonly serve: readonly [command: string, ...args: readonly string[]];
  /** Reaches what the server stores. */
  readonly client: readonly [command: string, ...args: readonly string[]];
  /** What a container needs on a confined machine. */
  readonly runOptions: readonly string[];
  /** Variables of the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the server leaves mounted in its folder once a container has run. */
  readonly mounts: readonly string[];
}

export const startDocker = async (driver: 'vfs' | 'overlay2' = 'vfs'): Promise<RunningEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-docker-'));
  const socket = join(folder, 'docker.sock');
  return start(folder, socket, {
    serve: [
      'dockerd',
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
      `--storage-driver=${driver}`,
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'exec'),
      '-p',
      join(folder, 'pid'),
      '-H',
      `unix://${socket}`,
    ],
    client: ['docker', '-H', `unix://${socket}`],
    runOptions: [],
    mounts: [join(folder, 'exec/netns/default')],
  });
};

export const startPodman = async (): Promise<RunningEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-podman-'));
  const socket = join(folder, 'podman.sock');
  const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')];
  const podman = ['podman', ...storage, '--storage-driver', 'vfs'] as const;
  const settings = join(folder, 'containers.conf');
  await writeFile(settings, CONFINED);
  return start(folder, socket, {
    serve: [...podman, 'system', 'service', '--time=0', `unix://${socket}`],
    client: [...podman, '--runtime', 'runc'],
    runOptions: ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'],
    env: { CONTAINERS_CONF: settings },
    mounts: [],
  });
};

/** The runtime and the limits of containers that are started through the socket, on a confined machine. */
const CONFINED = `[containers]
default_ulimits = ["nofile=1000:1000", "nproc=1000:1000"]
[engine]
runtime = "runc"
`;

const start = async (
  folder: string,
  socket: string,
  { serve: [command, ...args], client, runOptions, env, mounts }: EngineCommand,
): Promise<RunningEngine> => {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const close = async (): Promise<void> => {
    await stop(child);
    // Most runs leave none, and a mount that stays shows when the folder is removed.
    for (const path of mounts) await exec('umount', ['--lazy', path]).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  };
  const ask = async (...words: readonly string[]): Promise<string> => {
    const [program, ...rest] = [...client, ...words] as [string, ...string[]];
    return (await exec(program, rest)).stdout;
  };
  const run: RunningEngine['run'] = (image, ...rest) =>
    ask('run', '--rm', '--network', 'host', ...runOptions, image, ...rest);
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    if (await answers(socket)) return { socket, ask, run, close };
    await sleep(100);
  }
  await close();
  throw new Error(`${command} did not start: ${said}`);
};

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    ping.on('error', () => resolve(false));
    ping.end();
  });

/** dockerd stops its containerd by itself when it is asked to end. */
const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
