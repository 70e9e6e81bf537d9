import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildImage, type FixtureImage } from '../../fixtures/images/build.ts';
import { isLong } from '../hostile/run-hostile.ts';
import { runOnce, withPodmanImage } from '../support/engine.ts';
import { differences, flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Case {
  readonly name: FixtureImage;
  readonly options: readonly string[];
  /** A program that is removed, with arguments, and what it prints. */
  readonly removed: readonly [program: string, ...args: string[]];
  readonly prints: RegExp;
}

const NODE_WEB: Case = {
  name: 'node-web',
  options: ['--level', 'minimal', '--strip', '--dedupe', '--squash', 'none'],
  removed: ['git', '--version'],
  prints: /^git version /,
};

const PYTHON_WEB: Case = {
  name: 'python-web',
  options: ['--level', 'minimal'],
  removed: ['gcc', '--version'],
  prints: /^gcc /,
};

const CASES = [NODE_WEB, ...(isLong ? [PYTHON_WEB] : [])];

const TOOLS = ['root', 'podman', 'skopeo', 'mmdebstrap', 'python3', 'strip'];

describe.runIf(requireTools(...TOOLS))('the complement of a slim image', () => {
  test.each(CASES)(
    'makes the original of $name again, with what was removed',
    async ({ name, options, removed, prints }) => {
      const [source, target] = [await buildImage(name), join(tempFolder(), 'slim')];
      await runReslim(
        ...[`oci:${source}:1.0`, '-o', `oci:${target}:1.0`, '--complement', 'whole'],
        ...options,
      );

      const [before, after] = [await flatten(source, '1.0'), await flatten(target, 'whole')];
      expect(differences(before, after)).toEqual([]);
      expect(before.length).toBeGreaterThan(10_000);
      const [slim, whole] = [await readImage(target, '1.0'), await readImage(target, 'whole')];
      expect(whole.layers.slice(0, -1)).toEqual(slim.layers);
      const settings = (await readImage(source, '1.0')).config['config'];
      expect(whole.config['config']).toEqual(settings);

      const inWhole = await withPodmanImage(target, 'whole', (image) => runOnce(image, ...removed));
      expect(inWhole).toMatch(prints);
      const inSlim = withPodmanImage(target, '1.0', (image) => runOnce(image, ...removed));
      await expect(inSlim).rejects.toThrow(removed[0]);
    },
  );
});
