import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { layerTar } from '../support/layer-tar.ts';
import { requireTools } from '../support/requires.ts';
import { installShared } from '../support/shared-install.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

// Containers are often run as a number that /etc/passwd does not know, without HOME.
test.runIf(requireTools('root', 'setpriv'))(
  'a user without a name and a home folder can slim',
  async () => {
    const image = join(root, 'image');
    await createLayout(image);
    const layers = [await putLayer(image, [await layerTar([{ name: 'a', body: 'x' }])])];
    await putImage(image, 'latest', { layers, config: {} });
    const { node, reslim } = installShared(root);
    chmodSync(root, 0o777);
    const user = ['--reuid', '54321', '--regid', '54321', '--clear-groups'];
    const slim = [node, reslim, image, '-o', join(root, 'slim')];
    const env = { PATH: process.env['PATH'] ?? '' };
    const stdout = execFileSync('setpriv', [...user, ...slim], { env, encoding: 'utf8' });
    expect(stdout).toContain('compressed');
  },
);
