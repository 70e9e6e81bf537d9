import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONTENTS } from '../../fixtures/hostile/contents.ts';
import { openLyingLayout } from '../../fixtures/hostile/lying-layout.ts';
import { ODD_IMAGES } from '../../fixtures/hostile/odd-images.ts';
import { requireTools } from '../support/requires.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { isLong, pictureOf, runMeasured } from './run-hostile.ts';

/** What is odd but in order comes through, and its files are those it had. */

const CHECK = join(import.meta.dirname, '../transport/support/check-layout.py');
const root = tempFolder();

const findings = (layout: string): string =>
  execFileSync('python3', ['-B', CHECK, layout, '--strict'], { encoding: 'utf8' });

describe.runIf(requireTools('python3')).concurrent('odd images', () => {
  for (const [at, { name, make }] of [...ODD_IMAGES, ...CONTENTS].entries()) {
    for (const squash of isLong ? ['all', 'none'] : [at % 2 === 0 ? 'all' : 'none']) {
      test(`${name} is slimmed with --squash ${squash}`, { timeout: 120_000 }, async () => {
        const source = join(root, `${at}-${squash}`, 'source');
        const target = join(root, `${at}-${squash}`, 'target');
        await make(await openLyingLayout(source));
        const before = await pictureOf(source);
        const outcome = await runMeasured(
          [`oci:${source}:x`, '-o', `oci:${target}:x`, '--squash', squash],
          {
            temp: join(root, `${at}-${squash}`, 'temp'),
            cwd: root,
          },
        );
        expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({
          status: 0,
          stderr: '',
        });
        expect(outcome.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        expect(outcome.leftInTemp).toEqual([]);
        expect(await pictureOf(source)).toEqual(before);
        expect(findings(target)).toBe('');
        expect(outcome.cpuSeconds).toBeLessThan(20);
        expect(outcome.memory).toBeLessThan(512);
      });
    }
  }
});
