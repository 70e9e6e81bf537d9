import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LINES = [
  `opt/app/main=${'program '.repeat(20_000)}`,
  `usr/share/doc/tool/README.gz=${'manual '.repeat(9_000)}`,
  `var/log/app.log=${'line\n'.repeat(5_000)}`,
];

const writeImage = async (): Promise<string> => {
  const dir = join(tempFolder(), 'app');
  await createLayout(dir);
  const layers = [await putLayer(dir, [await layerTar(entriesOf(LINES))])];
  await putImage(dir, '1.0', { layers, config: { architecture: 'amd64' } });
  return dir;
};

const dryRun = async (options: Partial<SlimOptions> = {}) => {
  const dir = await writeImage();
  const result = await slim({ source: `oci:${dir}:1.0`, dryRun: true, ...options });
  return { dir, image: result.images[0] };
};

test('a dry run expects the size that the run then writes', async () => {
  const { dir, image } = await dryRun();
  const written = await slim({ source: `oci:${dir}:1.0`, target: `oci:${dir}:slim` });
  const target = written.images[0]?.target;
  expect(image?.expected?.compressedSize).toBeCloseTo(target?.compressedSize ?? 0, -3);
  expect(image?.expected).toMatchObject({ layers: 1, files: target?.files });
});

test('a dry run lists the folders that weigh most, inner ones in place of those that hold nothing else', async () => {
  const { image } = await dryRun();
  expect(image?.expected?.folders).toEqual([
    { name: '/opt/app', files: 1, bytes: 160_000 },
    { name: '/usr/share/doc/tool', files: 1, bytes: 63_000 },
  ]);
});

test('a dry run at safe says what lean would leave, and at lean it does not', async () => {
  const safe = (await dryRun()).image;
  const lean = (await dryRun({ level: 'lean' })).image;
  expect(safe?.expectedAtLean).toEqual({ compressedSize: lean?.expected?.compressedSize });
  expect(lean).not.toHaveProperty('expectedAtLean');
});

test('a dry run over the budget fails with sizes in units people read', async () => {
  await expect(dryRun({ maxSize: 100 })).rejects.toMatchObject({
    code: 'policy',
    message: expect.stringMatching(
      /^about [\d.]+ k?B compressed is over the budget of 100 B, image for linux\/amd64$/,
    ),
    hint: expect.stringMatching(/^--level lean would leave about [\d.]+ k?B$/),
  });
});
