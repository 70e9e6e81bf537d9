import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ReslimError } from '../../../src/base/errors.ts';
import {
  ENGINE_SETTINGS,
  openEngine,
  type EngineClient,
} from '../../../src/transport/engine/engine-client.ts';
import { inspectImage, saveImage } from '../../../src/transport/engine/engine-images.ts';
import { loadImage } from '../../../src/transport/engine/load-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { tryReslim } from '../../support/try-reslim.ts';

/** What a run may take with an engine that does not answer or stalls, in milliseconds. */
const PROMISED = 180_000;
/** How much faster than in earnest the clock of these tests runs. */
const SCALE = 20;

const SHORT = {
  ...ENGINE_SETTINGS,
  requestTimeout: ENGINE_SETTINGS.requestTimeout / SCALE,
  headersTimeout: ENGINE_SETTINGS.headersTimeout / SCALE,
  stallWindow: ENGINE_SETTINGS.stallWindow / SCALE,
};

const folder = tempFolder();
let count = 0;

/** An engine that answers its ping, and everything else as `answer` does. */
const withEngine = async <T>(
  answer: RequestListener,
  use: (engine: EngineClient) => Promise<T>,
): Promise<T> => {
  const path = join(folder, `${count++}.sock`);
  const server = createServer((request, response) => {
    if (request.url !== '/_ping') return answer(request, response);
    response.setHeader('api-version', '1.41').end('OK');
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const engine = await openEngine({
    env: { DOCKER_HOST: `unix://${path}` },
    home: folder,
    settings: SHORT,
  });
  try {
    return await use(engine);
  } finally {
    await engine.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

const readAll = async (content: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  for await (const chunk of content) size += chunk.length;
  return size;
};

async function* archive(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= 100_000) yield randomBytes(Math.min(left, 100_000));
}

const inspect = (engine: EngineClient) => inspectImage(engine, 'app:1');
const save = (engine: EngineClient) => saveImage(engine, 'app:1').then(readAll);
const load = (engine: EngineClient) => loadImage(engine, archive(3_000_000));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const CASES: Record<string, readonly [Answer, (engine: EngineClient) => Promise<unknown>]> = {
  'does not tell of an image': [() => {}, inspect],
  'tells half of an image': [(_, response) => response.write('{"Id":'), inspect],
  'hands no image out': [() => {}, save],
  'stops in the middle of an image': [(_, response) => response.write(randomBytes(200_000)), save],
  'hands an image out byte by byte': [
    (_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    },
    save,
  ],
  'does not read an image': [() => {}, load],
  'reads an image and does not answer': [(request) => void request.resume(), load],
  'answers before it has loaded, and never has': [
    (request, response) => {
      request.resume();
      response.flushHeaders();
    },
    load,
  ],
};

describe.concurrent('an engine ends a run in time that', () => {
  test.each(Object.entries(CASES))('%s', async (_, [answer, use]) => {
    const started = performance.now();
    const error = await withEngine(answer, use).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(performance.now() - started).toBeLessThan(PROMISED / SCALE);
    expect(error).toBeInstanceOf(ReslimError);
    expect(error).toMatchObject({ code: 'io' });
    expect((error as ReslimError).message).toMatch(/(no answer within|bytes moved in) .*localhost/);
  });
});

describe.concurrent('an engine may take longer than any timeout that', () => {
  test('packs a large image before it hands it out', async () => {
    const size = SHORT.storeRate * 6;
    const got = await withEngine(
      (_, response) => void sleep(SHORT.requestTimeout + 1000).then(() => response.end('image')),
      (engine) => saveImage(engine, 'app:1', { size }).then(readAll),
    );
    expect(got).toBe(5);
  });

  test('answers at once and loads a large image after that', async () => {
    const loaded = await withEngine(
      (request, response) => {
        response.flushHeaders();
        request.resume().on('end', () => {
          void sleep(SHORT.requestTimeout + 1000).then(() =>
            response.end(JSON.stringify({ stream: 'Loaded image: app:1' })),
          );
        });
      },
      (engine) => loadImage(engine, archive(SHORT.storeRate * 6)),
    );
    expect(loaded.names).toEqual(['app:1']);
  });
});

test('a connection to an engine that does not answer is given up, with default options', async () => {
  const path = join(folder, 'silent.sock');
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const env = { DOCKER_HOST: `unix://${path}` };
  const started = performance.now();
  const { status, stderr } = await tryReslim(['inspect', 'docker-daemon:app:1'], { env });
  expect(performance.now() - started).toBeLessThan(25_000);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: no answer within 10 s, .*\nhint: .*DOCKER_HOST.*\n$/);
  server.closeAllConnections();
  server.close();
});
