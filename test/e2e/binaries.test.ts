import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildBinaries, COMPILERS, type Binaries } from '../../fixtures/binaries/build.js';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { ImageReport } from '../../src/api/results.ts';
import type { VerifyResult } from '../../src/api/verify.ts';
import { runOnce, withPodmanImage } from '../support/engine.ts';
import { layerTar, type TestEntry } from '../support/layer-tar.ts';
import { readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const PROGRAMS = ['go', 'rust', 'cpp', 'cppStatic'] as const;
const PROGRAM_PATHS = ['/app', '/copy'].flatMap((place) =>
  PROGRAMS.map((name) => `${place}/${name}`).sort(),
);

/** The loader and the libraries a program needs, by their paths. */
const librariesOf = (path: string): string[] =>
  [...execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(
    ([, library]) => library as string,
  );

/** An image of nothing but programs and their libraries; each program twice. */
const makeImage = async (layout: string, binaries: Binaries): Promise<void> => {
  const libraries = new Set([binaries.rust, binaries.cpp].flatMap(librariesOf));
  const file = (name: string, path: string): TestEntry => ({
    name: name.replace(/^\//, ''),
    mode: 0o755,
    body: readFileSync(path),
  });
  const tar = await layerTar([
    ...PROGRAMS.map((name) => file(`/app/${name}`, binaries[name])),
    ...PROGRAMS.map((name) => file(`/copy/${name}`, binaries[name])),
    ...[...libraries].map((path) => file(path, path)),
  ]);
  await createLayout(layout);
  const layer = await putLayer(layout, [tar]);
  await putImage(layout, '1.0', {
    layers: [layer],
    config: { config: { Cmd: ['/app/go'], WorkingDir: '/' } },
  });
};

const outputs = (layout: string, tag: string): Promise<string[]> =>
  withPodmanImage(layout, tag, async (image) => {
    const texts: string[] = [];
    for (const place of ['app', 'copy']) {
      for (const name of PROGRAMS)
        texts.push(await runOnce(image, `/${place}/${name}`, 'one', 'two', 'three'));
    }
    return texts;
  });

describe.runIf(requireTools(...COMPILERS, 'strip', 'upx', 'podman', 'skopeo', 'ldd'))(
  'Go, Rust and C++ in containers',
  () => {
    const layout = join(folder, 'programs');
    let before: string[];
    beforeAll(async () => {
      // What earlier runs kept would hide a tool that fails now.
      process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
      await makeImage(layout, buildBinaries());
      before = await outputs(layout, '1.0');
      expect(before[0]).toContain('"status":"No Content"');
    });

    test.each([
      ['strip', ['--strip']],
      ['packed', ['--strip', '--upx', '--upx-goal', 'unpacked']],
      ['linked', ['--strip', '--upx', '--upx-args', '--best --lzma', '--dedupe']],
    ])('print the same from a smaller image with %s', async (tag, flags) => {
      const report = join(folder, `${tag}.json`);
      await runReslim(`${layout}:1.0`, '-o', `${layout}:${tag}`, ...flags, '--report', report);
      const { images, notes } = JSON.parse(await readFile(report, 'utf8')) as {
        images: ImageReport[];
        notes: string[];
      };
      const { transforms, source, target } = images[0] as ImageReport;
      expect(await outputs(layout, tag)).toEqual(before);
      expect((await readImage(layout, tag)).size).toBe(target?.compressedSize);
      expect(target?.compressedSize).toBeLessThan(0.7 * source.compressedSize);
      expect(target?.unpackedSize).toBeLessThan(0.7 * source.unpackedSize);
      const done = new Set(transforms.map(({ by }) => by));
      expect([...done].sort()).toEqual(
        { strip: ['strip'], packed: ['strip', 'upx'], linked: ['dedupe', 'strip', 'upx'] }[tag],
      );
      expect(notes.some((note) => note.startsWith('UPX packed'))).toBe(tag !== 'strip');

      const verified = await runReslim('verify', `${layout}:1.0`, `${layout}:${tag}`, '--json');
      const { passed, images: held } = JSON.parse(verified.stdout) as VerifyResult;
      expect(passed).toBe(true);
      expect(held[0]?.changed.map(({ path, why }) => `${why} ${path}`)).toEqual(
        PROGRAM_PATHS.map((path) => `transformed ${path}`),
      );

      // What is slim stays as it is.
      await runReslim(`${layout}:${tag}`, '-o', `${layout}:${tag}-again`, ...flags);
      expect((await readImage(layout, `${tag}-again`)).digest).toBe(
        (await readImage(layout, tag)).digest,
      );
    });

    test('are measured by --dry-run, which writes nothing', async () => {
      const index = await readFile(join(layout, 'index.json'), 'utf8');
      const { stdout } = await runReslim(
        `${layout}:1.0`,
        ...['--dry-run', '--strip', '--dedupe', '--explain', '/app/rust'],
      );
      expect(stdout).toMatch(/^stripped +4 /m);
      expect(stdout).toMatch(/^linked to an equal file +4 /m);
      expect(stdout).toMatch(/size +strip: \S+ MB → \S+ kB unpacked/);
      expect(await readFile(join(layout, 'index.json'), 'utf8')).toBe(index);
    });

    test('need a tool: a missing one is one line with the package to install, and nothing is written', async () => {
      const index = await readFile(join(layout, 'index.json'), 'utf8');
      const path = process.env['PATH'];
      process.env['PATH'] = '/nowhere';
      try {
        await expect(
          runReslim(`${layout}:1.0`, '-o', `${layout}:none`, '--upx'),
        ).rejects.toMatchObject({
          code: 1,
          stdout: '',
          stderr: expect.stringMatching(/upx is not installed.*\n.*upx-ucl/),
        });
      } finally {
        process.env['PATH'] = path;
      }
      expect(await readFile(join(layout, 'index.json'), 'utf8')).toBe(index);
    });
  },
);
