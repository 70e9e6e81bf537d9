import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { startDistribution } from '../transport/registry/support/servers.ts';
import { bigLayer } from '../support/big-layer.ts';
import { requireTools } from '../support/requires.ts';
import { runReslimMeasured } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const PEAK_MB = 300;

test.runIf(requireTools('docker-registry'))(
  'a layer of 2 GiB, stored plain, goes from registry to registry under 300 MB of memory',
  async () => {
    const [from, to] = [await startDistribution(), await startDistribution()];
    onTestFinished(from.close);
    onTestFinished(to.close);
    const source = join(folder, 'large');
    await createLayout(source);
    const layer = await putLayer(source, bigLayer(0, 205), { gzip: false });
    expect(layer.descriptor.size).toBeGreaterThan(2 * 1024 ** 3);
    await putImage(source, '1.0', { layers: [layer], config: {} });
    const before = `${from.host}/large/image:1.0`;
    const copied = await runReslimMeasured('copy', `oci:${source}:1.0`, `docker://${before}`);
    const slimmed = await runReslimMeasured(before, '-o', `${to.host}/slim/image:1.0`);
    process.stderr.write(`peak of memory, 2 GiB layer: copy ${copied} MB, slim ${slimmed} MB\n`);
    expect(Math.max(copied, slimmed)).toBeLessThan(PEAK_MB);
  },
);
