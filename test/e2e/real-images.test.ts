import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildImage, type FixtureImage } from '../../fixtures/images/build.ts';
import { inspect, type ImageAnalysis } from '../../src/index.ts';
import { withPodmanImage, withService } from '../support/engine.ts';
import { readImage } from '../support/layout.ts';
import { packageSizes } from '../support/package-sizes.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);
const folder = tempFolder();

interface Question {
  readonly path: string;
  readonly body?: string;
}

const QUESTIONS: Record<FixtureImage, readonly Question[]> = {
  'node-web': [
    { path: '/' },
    { path: '/health' },
    { path: '/convert?amount=26.2&from=mile&to=km' },
    { path: '/convert?amount=1&from=km&to=kg' },
    { path: '/convert?amount=x' },
    { path: '/environment' },
    { path: '/nowhere' },
  ],
  'python-web': [
    { path: '/' },
    { path: '/health' },
    { path: '/stats', body: 'The quick fox and the quiet fox' },
    { path: '/environment' },
    { path: '/nowhere' },
  ],
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

/** A port below 1024 for the app whose binary has the capability to bind one, else any. */
const freePort = async (name: FixtureImage): Promise<number> => {
  for (let port = name === 'node-web' ? 700 : 0; port < 1024; port++) {
    const bound = await listens(port);
    if (bound !== undefined) return bound;
  }
  throw new Error('no free port');
};

const ask = async (url: string, { path, body }: Question): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', body };
  const response = await fetch(url + path, init);
  const type = response.headers.get('content-type');
  return { path, status: response.status, type, body: await response.text() };
};

const interview = (layout: string, name: FixtureImage): Promise<unknown[]> =>
  withPodmanImage(layout, '1.0', async (image) =>
    withService(image, await freePort(name), async (url) => {
      const answers: unknown[] = [];
      for (const question of QUESTIONS[name]) answers.push(await ask(url, question));
      return answers;
    }),
  );

const NEEDED = ['root', 'podman', 'skopeo', 'mmdebstrap'];

describe.runIf(requireTools(...NEEDED)).each<FixtureImage>(['node-web', 'python-web'])(
  'a default slim of %s',
  (name) => {
    const target = join(folder, name);
    let source: string;

    beforeAll(async () => {
      source = await buildImage(name);
      await runReslim(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`);
    });

    test('answers as before in a real container', async () => {
      const [before, after] = [await interview(source, name), await interview(target, name)];

      expect(after).toEqual(before);
      expect(before).toContainEqual(expect.objectContaining({ path: '/health', body: 'ok' }));
      expect(before).toContainEqual(expect.objectContaining({ path: '/environment', status: 200 }));
    });

    test('was inspected with the numbers of a program written from the specifications', async () => {
      const script = join(import.meta.dirname, '../support/analyze.py');
      const { stdout } = await run('python3', [script, source, '1.0'], { maxBuffer: 2 ** 24 });
      const { packages, ...numbers } = JSON.parse(stdout) as { readonly packages: object };
      const { images } = await inspect({ source: `oci:${source}:1.0` });
      const analysis = images[0]?.analysis as ImageAnalysis;
      expect(analysis).toMatchObject(numbers);
      expect(analysis.packages.length).toBeGreaterThan(300);
      expect(packageSizes(analysis)).toEqual(packages);
    });

    test('is at least 30 % smaller, in one layer', async () => {
      const [before, after] = [await readImage(source, '1.0'), await readImage(target, '1.0')];

      expect(after.layers).toHaveLength(1);
      expect(after.size).toBeLessThan(0.7 * before.size);
    });

    test('keeps the config: user, command, health check and all', async () => {
      const [before, after] = [await readImage(source, '1.0'), await readImage(target, '1.0')];

      expect(after.config['config']).toEqual(before.config['config']);
      expect(before.config['config']).toHaveProperty('Healthcheck.Test');
    });

    test('gives the same digest when it is repeated and when its result is slimmed', async () => {
      const { digest } = await readImage(target, '1.0');
      await runReslim(`oci:${source}:1.0`, '-o', `oci:${target}-again:1.0`);
      await runReslim(`oci:${target}:1.0`, '-o', `oci:${target}-twice:1.0`);

      expect((await readImage(`${target}-again`, '1.0')).digest).toBe(digest);
      expect((await readImage(`${target}-twice`, '1.0')).digest).toBe(digest);
    });
  },
);
