import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import type { DiffResult, ImageDiff } from '../../src/index.ts';
import { askOracle, asOracle, type OracleDiff } from '../support/diff-oracle.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

describe.runIf(requireTools('podman', 'root', 'mmdebstrap'))(
  'a real image and its slim one',
  () => {
    let image: ImageDiff;
    let oracle: OracleDiff;

    beforeAll(async () => {
      const before = `${await buildImage('python-web')}:1.0`;
      const after = `${join(folder, 'slim')}:1.0`;
      await runReslim(before, '-o', `oci:${after}`, '--level', 'lean', '--dedupe', '--quiet');
      const { stdout } = await runReslim('diff', before, `oci:${after}`, '--json', '--no-cache');
      image = (JSON.parse(stdout) as DiffResult).images[0] as ImageDiff;
      oracle = await askOracle(before, after);
    }, 600_000);

    test('the files that differ are those that a program written from the specification finds', () => {
      expect(image.files.length).toBeGreaterThan(1000);
      expect(asOracle(image.files)).toEqual(oracle.files);
    });

    test('the packages of the distribution that differ are those of its database', () => {
      const changed = image.packages.filter(
        ({ type, kind }) => type === 'deb' && kind !== 'resized',
      );
      expect(changed.length).toBeGreaterThan(0);
      expect(
        Object.fromEntries(
          changed.map(({ name, versionBefore, versionAfter }) => [
            name,
            [versionBefore ?? null, versionAfter ?? null],
          ]),
        ),
      ).toEqual(oracle.packages);
    });

    test('categories add up to what changed', () => {
      const growth = (list: readonly { bytesBefore: number; bytesAfter: number }[]): number =>
        list.reduce((total, each) => total + each.bytesAfter - each.bytesBefore, 0);
      expect(growth(image.categories)).toBe(growth(image.files));
      expect(image.categories.map(({ name }) => name)).toContain('deb-package');
    });
  },
);
