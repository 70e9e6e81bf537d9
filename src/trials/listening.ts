import { connect } from 'node:net';

/** How long a connection must stay open to count: proxies of engines accept what nothing listens to. Milliseconds. */
const STEADY = 250;

/** Whether something listens at an address. */
export const isListening = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => socket.setTimeout(STEADY, () => end(true)));
    socket.once('close', () => end(false));
    socket.once('error', () => end(false));
  });
