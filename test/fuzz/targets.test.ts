import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inputsIn, REGRESSIONS } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

/*
 * The short run: damaged seeds, the same each time, and all inputs that once went wrong. `npm run fuzz`
 * is the long one, guided by coverage.
 */

const ROOT = join(import.meta.dirname, '../..', REGRESSIONS);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

for (const target of targets()) {
  test(`${target.name}: refuses or reads, and nothing else`, async () => {
    const seeds = [...target.seeds, ...inputsIn(ROOT, target.name)];
    const { runs, findings } = await fuzz({ ...target, seeds }, { seconds: 0.7, seed: SEED });
    expect(runs).toBeGreaterThan(seeds.length);
    const shown = findings.map(
      ({ input, error }) => `${String(error)} at ${input.toString('base64')}`,
    );
    expect(shown, `seed ${SEED}`).toEqual([]);
  });
}
