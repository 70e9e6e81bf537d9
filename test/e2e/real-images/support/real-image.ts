import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildImage, type FixtureImage } from '../../../../fixtures/images/build.ts';
import { inspect, type ImageAnalysis } from '../../../../src/index.ts';
import { findInMount, runOnce, withPodmanImage } from '../../../support/engine.ts';
import { differences, flatten, readImage } from '../../../support/layout.ts';
import { packageSizes } from '../../../support/package-sizes.ts';
import { requireTools } from '../../../support/requires.ts';
import { runReslim } from '../../../support/run-reslim.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { isLong } from '../../../hostile/run-hostile.ts';
import { askService, type Question } from './ask-service.ts';
import { unpackWithUmoci } from './unpack-with-umoci.ts';

const TOOLS = ['root', 'podman', 'skopeo', 'umoci', 'mmdebstrap', 'python3'];

export interface RealImage {
  readonly name: FixtureImage;
  /** What its service is asked before and after. */
  readonly questions: readonly Question[];
  /** Where it may listen: first and last port, 0 for any. */
  readonly ports: readonly [first: number, last: number];
  /** Programs that its file system is compared with in every run, beside Podman. A long run has them all. */
  readonly readers: readonly Reader[];
}

type Reader = keyof typeof READERS;

const READERS = {
  'a reader of the specification': (layout: string) => flatten(layout, '1.0'),
  umoci: (layout: string, bundle: string) => unpackWithUmoci(layout, '1.0', bundle),
};

const ALL_READERS = Object.keys(READERS) as readonly Reader[];

/**
 * Tests of a whole image, each image in a file of its own, so that two run beside each other. The image before is in
 * Podman once, for all that is compared with it.
 */
export const testRealImage = ({ name, questions, ports, readers }: RealImage): void => {
  const folder = tempFolder();
  const [plain, slim] = [join(folder, 'plain'), join(folder, 'slim')];
  let source: string;

  describe.runIf(requireTools(...TOOLS))(`the image ${name}`, () => {
    let mounted: Mounted;
    let answers: readonly unknown[];

    beforeAll(async () => {
      source = await buildImage(name);
      await withPodmanImage(source, '1.0', async (image) => {
        mounted = await look(image);
        answers = await askService(image, questions, ports);
      });
    });

    describe('with --profile none', () => {
      beforeAll(async () => {
        await runReslim(`oci:${source}:1.0`, '-o', `oci:${plain}:1.0`, '--profile', 'none');
      });

      test('has one layer', async () => {
        expect((await readImage(plain, '1.0')).layers).toHaveLength(1);
      });

      test.each(isLong ? ALL_READERS : readers)(
        'has the same file system to %s',
        async (reader) => {
          const read = READERS[reader];
          const [before, after] = await Promise.all([
            read(source, join(folder, 'before')),
            read(plain, join(folder, 'after')),
          ]);

          expect(differences(before, after)).toEqual([]);
          expect(before.length).toBeGreaterThan(10_000);
        },
      );

      test('has the same file system mounted by Podman, and the same capabilities', async () => {
        const after = await withPodmanImage(plain, '1.0', look);

        expect(differences(mounted.found, after.found)).toEqual([]);
        expect(mounted.found.length).toBeGreaterThan(10_000);
        expect(after.capabilities).toBe(mounted.capabilities);
      });
    });

    describe('slimmed by default', () => {
      beforeAll(async () => {
        await runReslim(`oci:${source}:1.0`, '-o', `oci:${slim}:1.0`);
      });

      test('answers as before in a real container', async () => {
        const after = await withPodmanImage(slim, '1.0', (image) =>
          askService(image, questions, ports),
        );

        expect(after).toEqual(answers);
        expect(answers).toContainEqual(expect.objectContaining({ path: '/health', body: 'ok' }));
        expect(answers).toContainEqual(
          expect.objectContaining({ path: '/environment', status: 200 }),
        );
      });

      test('is at least 30 % smaller, in one layer', async () => {
        const [before, after] = [await readImage(source, '1.0'), await readImage(slim, '1.0')];

        expect(after.layers).toHaveLength(1);
        expect(after.size).toBeLessThan(0.7 * before.size);
      });

      test('keeps the config: user, command, health check and all', async () => {
        const [before, after] = [await readImage(source, '1.0'), await readImage(slim, '1.0')];

        expect(after.config['config']).toEqual(before.config['config']);
        expect(before.config['config']).toHaveProperty('Healthcheck.Test');
      });

      test('gives the same digest when it is repeated and when its result is slimmed', async () => {
        const { digest } = await readImage(slim, '1.0');
        await runReslim(`oci:${source}:1.0`, '-o', `oci:${slim}-again:1.0`);
        await runReslim(`oci:${slim}:1.0`, '-o', `oci:${slim}-twice:1.0`);

        expect((await readImage(`${slim}-again`, '1.0')).digest).toBe(digest);
        expect((await readImage(`${slim}-twice`, '1.0')).digest).toBe(digest);
      });
    });

    describe('slimmed at minimal', () => {
      const minimal = join(folder, 'minimal');
      const slimMinimal = (from: string, tag: string) =>
        runReslim(
          `oci:${from}:1.0`,
          '-o',
          `oci:${minimal}:${tag}`,
          '--level',
          'minimal',
          '--verify',
        );

      beforeAll(async () => {
        await slimMinimal(source, '1.0');
      });

      test('answers as before in a real container, and is small', async () => {
        const after = await withPodmanImage(minimal, '1.0', (image) =>
          askService(image, questions, ports),
        );
        const [before, { size }] = [
          await readImage(source, '1.0'),
          await readImage(minimal, '1.0'),
        ];

        expect(after).toEqual(answers);
        expect(size).toBeLessThan(0.15 * before.size);
      });

      test('gives the same digest when its result is slimmed', async () => {
        await slimMinimal(minimal, 'twice');

        expect((await readImage(minimal, 'twice')).digest).toBe(
          (await readImage(minimal, '1.0')).digest,
        );
      });
    });

    test('is inspected with the numbers of a program written from the specifications', async () => {
      const [{ packages, ...numbers }, { images }] = await Promise.all([
        askAnalyzer(source),
        inspect({ source: `oci:${source}:1.0` }),
      ]);
      const analysis = images[0]?.analysis as ImageAnalysis;
      expect(analysis).toMatchObject(numbers);
      expect(analysis.packages.length).toBeGreaterThan(300);
      expect(packageSizes(analysis)).toEqual(packages);
    });
  });
};

/** What the kernel shows of the mounted image, and file capabilities inside a container. */
interface Mounted {
  readonly found: readonly string[];
  readonly capabilities: string;
}

const look = async (image: string): Promise<Mounted> => ({
  found: await findInMount(image),
  capabilities: await runOnce(image, 'sh', '-c', 'getcap -r /usr/bin 2>/dev/null; id'),
});

const askAnalyzer = async (layout: string): Promise<{ readonly packages: object }> => {
  const script = join(import.meta.dirname, '../../../support/analyze.py');
  const { stdout } = await promisify(execFile)('python3', [script, layout, '1.0'], {
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as { readonly packages: object };
};
