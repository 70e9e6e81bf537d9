import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real engine with a storage of its own. */
export interface RunningEngine {
  readonly socket: string;
  close(): Promise<void>;
}

export const startDocker = async (): Promise<RunningEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-docker-'));
  const socket = join(folder, 'docker.sock');
  return start(folder, socket, 'dockerd', [
    '--iptables=false',
    '--ip6tables=false',
    '--bridge=none',
    '--storage-driver=vfs',
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'exec'),
    '-p',
    join(folder, 'pid'),
    '-H',
    `unix://${socket}`,
  ]);
};

export const startPodman = async (): Promise<RunningEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'reslim-podman-'));
  const socket = join(folder, 'podman.sock');
  return start(folder, socket, 'podman', [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
    'system',
    'service',
    '--time=0',
    `unix://${socket}`,
  ]);
};

const start = async (
  folder: string,
  socket: string,
  command: string,
  args: readonly string[],
): Promise<RunningEngine> => {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`);
    if (await answers(socket)) return { socket, close };
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
