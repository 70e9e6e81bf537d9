// A port in front of another one that lets so many bytes a second through, in each direction, over all connections.
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.js';

/** Bytes that may pass at once: what comes in smaller pieces is not held up by timers. */
const BURST = 256 * 1024;

/** Starts a proxy to `host:port` and returns its `host`; `rate` is in bytes a second. */
export const startThrottle = async (upstream, rate) => {
  const [address, port] = upstream.split(':');
  const host = `127.0.0.1:${await freePort()}`;
  const up = newLine(rate);
  const down = newLine(rate);
  const sockets = new Set();
  const server = createServer((client) => {
    const origin = connect(Number(port), address);
    for (const socket of [client, origin]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    // Each direction ends by itself, once all of it has passed; a program that is stopped breaks both.
    pipeline(client, slowed(up), origin).catch(() => origin.destroy());
    pipeline(origin, slowed(down), client).catch(() => client.destroy());
  });
  await new Promise((resolve) => server.listen(Number(host.split(':')[1]), '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return { host, close };
};

/** What all connections share: when the next byte may pass. Resolves when `count` bytes have passed. */
const newLine = (rate) => {
  let free = 0;
  return async (count) => {
    const now = performance.now();
    free = Math.max(free, now - (BURST / rate) * 1000) + (count / rate) * 1000;
    if (free > now) await wait(free - now);
  };
};

const slowed = (pass) =>
  new Transform({
    transform: (chunk, _, done) => {
      pass(chunk.length).then(() => done(null, chunk), done);
    },
  });
