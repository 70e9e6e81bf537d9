import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../../support/temp-folder.ts';

/** A real Redis server on this machine, with an append-only file. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it, as a crash does: what it wrote in the last second may be lost. */
  readonly kill: () => Promise<void>;
  /** Ends it as the system does. */
  readonly stop: () => Promise<void>;
  /** Starts it again, with what it wrote to its file. */
  readonly start: () => Promise<void>;
}

export const startRedis = async ({
  password,
}: { readonly password?: string } = {}): Promise<RedisServer> => {
  const folder = tempFolder();
  const port = await freePort();
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(
      'redis-server',
      [
        ...['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', 'everysec'],
        ...(password === undefined ? [] : ['--requirepass', password]),
      ],
      { stdio: 'ignore' },
    );
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error('redis-server did not start');
      await sleep(25);
    }
  };
  await start();
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  return {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
};

/** Whether it is ready: while it reads its file it answers with LOADING. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.on('data', (data) => {
      socket.destroy();
      resolve(/^\+PONG|^-NOAUTH/.test(data.toString()));
    });
    socket.on('error', () => resolve(false));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
