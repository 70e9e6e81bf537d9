import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Something that can be connected to. */
export interface SilentServer {
  readonly host: string;
  readonly close: () => Promise<void>;
}

/** Accepts every connection, reads what is sent, and says nothing. */
export const startSilent = async (): Promise<SilentServer> => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('error', () => {}).resume());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as { port: number }).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A port whose queue of connections is full: what asks for one more gets no answer, as behind a firewall. */
export const startBlackHole = async (): Promise<SilentServer> => {
  const program = `
import socket, sys
server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(0)
waiting = []
for _ in range(3):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(server.getsockname())
    waiting.append(client)
print(server.getsockname()[1], flush=True)
sys.stdin.read()
`;
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    host: `127.0.0.1:${port.toString().trim()}`,
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
};
