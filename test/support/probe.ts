import { execFile } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** What is asked of a running container; its answers are compared, so they must not depend on the time. */
export interface Probe {
  /** Paths to fetch from the service, some with a body to post. */
  readonly pages?: readonly (string | readonly [path: string, body: string])[];
  /** Commands run in the container, each a shell line. `$PORT` is the service's port. */
  readonly commands?: readonly string[];
}

/** What came back, with the page or command that was asked. */
export interface Answer {
  readonly path?: string;
  readonly command?: string;
  readonly [more: string]: unknown;
}

const run = promisify(execFile);
const podman = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('podman', args, { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
};

const RUN = ['--runtime', 'runc', 'run', '--rm', '--network', 'host'];
const LIMITS = ['--ulimit', 'nofile=1000:1000', '--ulimit', 'nproc=1000:1000'];

/** Starts the image's own command on a free port, asks everything, and stops it. */
export const interview = async (image: string, probe: Probe): Promise<readonly Answer[]> => {
  const port = await freePort();
  const id = (await podman(...RUN, ...LIMITS, '--detach', '--env', `PORT=${port}`, image)).trim();
  try {
    await listening(port).catch(async (error: unknown) => {
      throw new Error(`${String(error)}: ${await podman('logs', id).catch(String)}`);
    });
    const answers: Answer[] = [];
    for (const page of probe.pages ?? []) answers.push(await ask(port, page));
    for (const command of probe.commands ?? [])
      answers.push({ command, ...(await execute(id, command)) });
    return answers;
  } finally {
    await podman('kill', '--signal', 'KILL', id).catch(() => {});
    await podman('wait', id).catch(() => {});
  }
};

/** A shell line as root in a fresh container; answers the lines it prints. */
export const linesOf = async (image: string, line: string): Promise<readonly string[]> => {
  const options = ['--entrypoint', 'sh', '--user', '0'];
  const stdout = await podman(...RUN, ...LIMITS, ...options, image, '-c', line);
  return stdout.split('\n').filter((each) => each !== '');
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const listening = async (port: number): Promise<void> => {
  const end = Date.now() + 120_000;
  while (!(await connects(port))) {
    if (Date.now() > end) throw new Error('the service does not listen');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const ask = async (
  port: number,
  page: string | readonly [path: string, body: string],
): Promise<Answer> => {
  const [path, body] = typeof page === 'string' ? [page] : page;
  const init = body === undefined ? {} : { method: 'POST', body };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { path, status: response.status, body: await response.text() };
};

const execute = async (id: string, line: string): Promise<object> => {
  try {
    return { stdout: await podman('exec', id, 'sh', '-c', line) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
};
