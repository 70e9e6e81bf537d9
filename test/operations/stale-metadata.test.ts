import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import type { SlimOptions } from '../../src/api/options.ts';
import { slim } from '../../src/operations/slim.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const slimLabelled = async (
  labelsOf: (diffId: string) => Record<string, string>,
  options: Partial<SlimOptions> = {},
) => {
  const dir = join(tempFolder(), 'app');
  await createLayout(dir);
  const base = await putLayer(dir, [await layerTar(entriesOf(['app=run']))]);
  const upper = await putLayer(dir, [await layerTar(entriesOf(['var/log/app.log=line']))]);
  await putImage(dir, '1', {
    layers: [base, upper],
    config: { architecture: 'amd64', config: { Labels: labelsOf(base.diffId) } },
  });
  const result = await slim({ source: `oci:${dir}:1`, target: `oci:${dir}:slim`, ...options });
  return result.notes;
};

test('a label with the diffId of a layer that is gone is noted', async () => {
  expect(await slimLabelled((diffId) => ({ 'ostree.final-diffid': diffId, other: 'x' }))).toEqual([
    'label ostree.final-diffid names a layer that the new image does not have',
  ]);
});

test('a label that names such a layer inside of JSON is noted', async () => {
  const metadata = (topLayer: string) => JSON.stringify({ runImage: { topLayer } });
  const notes = await slimLabelled((diffId) => ({
    'io.buildpacks.lifecycle.metadata': metadata(diffId),
  }));
  expect(notes).toEqual([
    'label io.buildpacks.lifecycle.metadata names a layer that the new image does not have',
  ]);
});

test('a label that names a layer which is kept as it is gives no note', async () => {
  const labels = (diffId: string) => ({ 'ostree.final-diffid': diffId });
  expect(await slimLabelled(labels, { squash: 'none' })).toEqual([]);
});
