import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../../../fixtures/images/build.ts';
import { runOnce, withPodmanImage } from '../../support/engine.ts';
import { requireTools } from '../../support/requires.ts';
import { runReslim } from '../../support/run-reslim.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const TOOLS = ['root', 'podman', 'skopeo', 'mmdebstrap'];

/** A minute of work, so part of long runs only: the rules it tests have faster tests in test/reach/grain.test.ts. */
describe.runIf(requireTools(...TOOLS))('an image with whole packages', () => {
  test('is as the original, and its package manager finds nothing amiss', async () => {
    const source = await buildImage('python-web');
    const slim = join(tempFolder(), 'slim');
    const options = ['--level', 'minimal', '--grain', 'package', '--verify'];
    await runReslim(`oci:${source}:1.0`, '-o', `oci:${slim}:1.0`, ...options);
    await withPodmanImage(slim, '1.0', async (image) => {
      expect(await runOnce(image, 'dpkg', '--audit')).toBe('');
      expect(await runOnce(image, 'dpkg', '--list')).toMatch(/^ii {2}python3 /m);
      // It fails where something lacks what it depends on.
      await runOnce(image, 'apt-get', '-o', 'Debug::NoLocking=true', 'check');
    });
  });
});
