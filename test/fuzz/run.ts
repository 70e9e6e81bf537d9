import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inputsIn, REGRESSIONS, saveInput } from './corpus.ts';
import { startCoverage } from './coverage.ts';
import { fuzz, type Target } from './fuzz.ts';
import { targets } from './targets.ts';

/*
 * `node run.js [SECONDS] [TARGET…]`, from the repository's root: fuzzes each target that long, keeps
 * what it learns in fixtures/.cache/fuzz, and exits with 1 when there were findings. It runs compiled,
 * outside of vitest: V8 collects coverage of everything that is loaded.
 */

const CORPUS = 'fixtures/.cache/fuzz/corpus';
const FINDINGS = 'fixtures/.cache/fuzz/findings';

const run = async (target: Target, seconds: number, seed: number): Promise<number> => {
  const coverage = startCoverage();
  const seeds = [
    ...target.seeds,
    ...inputsIn(REGRESSIONS, target.name),
    ...inputsIn(CORPUS, target.name),
  ];
  // After a hang this file holds the inputs of which one is to blame.
  const last = join('fixtures/.cache/fuzz', `last-batch-${target.name.replaceAll(' ', '-')}`);
  const result = await fuzz(
    { ...target, seeds },
    {
      seconds,
      seed,
      coverage,
      onBatch: (batch) =>
        writeFileSync(last, batch.map((input) => input.toString('hex')).join('\n')),
    },
  );
  coverage.stop();
  for (const input of result.corpus.slice(seeds.length)) saveInput(CORPUS, target.name, input);
  const { runs, corpus, features, findings } = result;
  console.log(
    `${target.name}: ${runs} runs, ${corpus.length} inputs, ${features} features, ${findings.length} findings (seed ${seed})`,
  );
  for (const { input, error } of findings) {
    console.log(saveInput(FINDINGS, target.name, input), error);
  }
  return findings.length;
};

// What is compiled for fuzzing finds the build's other files where it would be beside `dist`.
const beside = 'fixtures/.cache/fuzz/build/dist';
rmSync(beside, { recursive: true, force: true });
symlinkSync(resolve('dist'), beside);

const [seconds = '600', ...names] = process.argv.slice(2);
let findings = 0;
for (const target of targets()) {
  if (names.length > 0 && !names.includes(target.name)) continue;
  saveInput(CORPUS, target.name, target.seeds[0] as Buffer);
  findings += await run(target, Number(seconds), Date.now() % 2 ** 31);
}
process.exitCode = findings > 0 ? 1 : 0;
