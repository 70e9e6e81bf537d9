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

/** How a container ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Runs what the image starts by itself until it ends, for a minute at most. */
export const runToEnd = async (image: string): Promise<Ended> => {
  const options = [...RUN, ...LIMITS, '--timeout', '60'];
  try {
    return { ...(await run('podman', [...options, image])), status: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: unknown };
    if (typeof code !== 'number') throw error;
    return { stdout, stderr, status: code };
  }
};

/**
 * What `find` sees of the image's merged file system, mounted by the engine: one line per path. Left out
 * are the sizes of folders, which are the disk's, and the root's own mode and time, which are Podman's.
 */
export const findInMount = async (image: string): Promise<readonly string[]> => {
  const root = (await exec('podman', 'image', 'mount', image)).trim();
  try {
    const common = '%P\\t%y %m %U:%G %T@ %l';
    const folders = ['-type', 'd', '-printf', `- ${common}\\0`];
    const others = ['-o', '-printf', `%i ${common} %s\\0`];
    const listing = await exec('find', root, '-mindepth', '1', ...folders, ...others);
    return nameLinks(listing.split('\0').slice(0, -1));
  } finally {
    await exec('podman', 'image', 'unmount', image);
  }
};

/**
 * Inode numbers to the first name that has them. overlayfs keeps a link count of 2 where an upper layer
 * replaced one name of two, so names are counted instead.
 */
const nameLinks = (listing: readonly string[]): readonly string[] => {
  const lines = listing.map((line) => {
    const space = line.indexOf(' ');
    return { inode: line.slice(0, space), rest: line.slice(space + 1) };
  });
  lines.sort((a, b) => (a.rest < b.rest ? -1 : 1));
  const first = new Map<string, string>();
  for (const { inode, rest } of lines)
    if (inode !== '-' && !first.has(inode)) first.set(inode, rest.slice(0, rest.indexOf('\t')));
  return lines.map(({ inode, rest }) => `${rest} = ${first.get(inode) ?? ''}`);
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
