import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);
const exec = async (command: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run(command, args, { maxBuffer: 1024 * 1024 * 1024 });
  return stdout;
};

/** Runs in this machine's network, within the limits of a confined one. */
const RUN = ['--runtime', 'runc', 'run', '--rm', '--network', 'host'];
const LIMITS = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'];

/** Copies an image of a layout into Podman's storage for the time of `use`. */
export const withPodmanImage = async <T>(
  layout: string,
  tag: string,
  use: (image: string) => Promise<T>,
): Promise<T> => {
  const image = `localhost/reslim-test/${process.pid}-${randomInt(1e9)}:1`;
  await exec('skopeo', 'copy', '--quiet', `oci:${layout}:${tag}`, `containers-storage:${image}`);
  try {
    return await use(image);
  } finally {
    await exec('podman', 'image', 'rm', '--force', image);
  }
};

/** One command in a fresh container; answers its stdout. */
export const runOnce = (image: string, ...command: readonly string[]): Promise<string> =>
  exec('podman', ...RUN, ...LIMITS, image, ...command);

/** What `find` sees of the image's merged file system, mounted by the engine: one line per path. */
export const findInMount = async (image: string): Promise<readonly string[]> => {
  const root = (await exec('podman', 'image', 'mount', image)).trim();
  try {
    // Path, type, mode, owner, size, time, link count, link target. The size of a folder is the disk's.
    const format = ['-type', 'd', '-printf', '%P\t%y %m %U:%G %T@ %l\n', '-o', '-printf'];
    const lines = await exec('find', root, ...format, '%P\t%y %m %U:%G %s %T@ %n %l\n');
    return lines.trimEnd().split('\n').sort();
  } finally {
    await exec('podman', 'image', 'unmount', image);
  }
};

/** Starts the image's own command with `PORT` set, and stops it after `use`. */
export const withService = async <T>(
  image: string,
  port: number,
  use: (url: string) => Promise<T>,
): Promise<T> => {
  const options = ['--detach', '--env', `PORT=${port}`];
  const id = (await exec('podman', ...RUN, ...LIMITS, ...options, image)).trim();
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitFor(url, async () => exec('podman', 'logs', id));
    return await use(url);
  } finally {
    await exec('podman', 'kill', '--signal', 'KILL', id).catch(() => {});
    await exec('podman', 'wait', id).catch(() => {});
  }
};

const waitFor = async (url: string, logs: () => Promise<string>): Promise<void> => {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      if (Date.now() > end) throw new Error(`no answer from ${url}: ${await logs().catch(String)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};
