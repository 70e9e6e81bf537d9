import { createServer, type AddressInfo } from 'node:net';
import { withService } from '../../../support/engine.ts';

/** A request to a service: a GET, or a POST of the body. */
export interface Question {
  readonly path: string;
  readonly body?: string;
}

/** Starts the image's own command on a free port of the range, 0 for any, and collects its answers. */
export const askService = async (
  image: string,
  questions: readonly Question[],
  ports: readonly [first: number, last: number],
): Promise<readonly unknown[]> =>
  withService(image, await freePort(ports), async (url) => {
    const answers: unknown[] = [];
    for (const question of questions) answers.push(await ask(url, question));
    return answers;
  });

const ask = async (url: string, { path, body }: Question): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', body };
  const response = await fetch(url + path, init);
  const type = response.headers.get('content-type');
  return { path, status: response.status, type, body: await response.text() };
};

const freePort = async ([first, last]: readonly [number, number]): Promise<number> => {
  for (let port = first; port <= last; port++) {
    const bound = await listens(port);
    if (bound !== undefined) return bound;
  }
  throw new Error('no free port');
};

const listens = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
