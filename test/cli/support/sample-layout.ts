import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLayout, putImage, putLayer } from '../../../fixtures/layout.js';
import { entriesOf, layerTar } from '../../support/layer-tar.ts';

/**
 * Writes the layout `app:1.0` into a new folder: two layers, the upper one deletes a file, and a log
 * that the base profile drops.
 */
export const writeSample = async (folder: string): Promise<void> => {
  const dir = join(folder, 'app');
  await mkdir(dir, { recursive: true });
  await createLayout(dir);
  const lower = [
    'app/',
    'app/main=run',
    `app/gone=${'x'.repeat(5000)}`,
    'var/',
    'var/log/',
    `var/log/app.log=${'y'.repeat(999)}`,
  ];
  const upper = ['app/', 'app/.wh.gone', 'app/new=file'];
  const layers = [];
  for (const lines of [lower, upper]) {
    // Uncompressed, so that sizes do not depend on the zlib of this Node.
    layers.push(await putLayer(dir, [await layerTar(entriesOf(lines))], { gzip: false }));
  }
  await putImage(dir, '1.0', {
    layers,
    config: { architecture: 'amd64', config: { Entrypoint: ['/app/main'] } },
  });
};
