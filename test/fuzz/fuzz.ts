import type { Coverage } from './coverage.ts';
import { mutate, randomFrom } from './mutate.ts';

/** A reader that must take any bytes: it may throw `ReslimError`, and nothing else. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  readonly dictionary?: readonly string[] | undefined;
  /** Throws or rejects for a finding. Refusing the input is none. */
  readonly run: (input: Buffer) => unknown;
  /** Makes damaged bytes plausible again, e.g. checksums. */
  readonly repair?: ((input: Buffer) => Buffer) | undefined;
  readonly maxSize?: number | undefined;
}

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Without it, damage is done to the seeds only, and more often. */
  readonly coverage?: Coverage | undefined;
  /** Called with each batch before it runs, so that a hang leaves its input behind. */
  readonly onBatch?: ((inputs: readonly Buffer[]) => void) | undefined;
}

export interface FuzzResult {
  readonly runs: number;
  readonly corpus: readonly Buffer[];
  readonly features: number;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly input: Buffer;
  readonly error: unknown;
}

/** Coverage is asked for once a batch: asking costs as much as hundreds of runs. */
const BATCH = 512;
/** One run of a small input takes well under a millisecond. */
const SLOW_MS = 1000;
const MAX_FINDINGS = 20;

/**
 * Coverage-guided fuzzing: inputs that run new code, or run it more often, are kept and damaged
 * further.
 */
export const fuzz = async (target: Target, options: FuzzOptions): Promise<FuzzResult> => {
  const { coverage, seed, seconds } = options;
  const random = randomFrom(seed);
  const dictionary = (target.dictionary ?? []).map((word) => Buffer.from(word, 'latin1'));
  const corpus: Buffer[] = [...target.seeds];
  const known = new Set<string>();
  const findings: Finding[] = [];
  let runs = 0;

  const tryInput = async (input: Buffer): Promise<void> => {
    runs++;
    const started = process.cpuUsage();
    try {
      await target.run(input);
      const spent = process.cpuUsage(started).user / 1000;
      if (spent > SLOW_MS) throw new Error(`took ${Math.round(spent)} ms`);
    } catch (error) {
      const isNew = !findings.some((finding) => kindOf(finding.error) === kindOf(error));
      if (isNew && findings.length < MAX_FINDINGS) findings.push({ input, error });
    }
  };
  const learn = (): void => {
    for (const feature of coverage?.take() ?? []) known.add(feature);
  };
  const isNews = (): boolean => coverage?.take().some((feature) => !known.has(feature)) ?? false;
  /** Runs inputs; if they reach something new, runs each half again until it is known which one did. */
  const explore = async (inputs: readonly Buffer[]): Promise<void> => {
    for (const input of inputs) await tryInput(input);
    if (inputs.length > 1) {
      if (!isNews()) return;
      await explore(inputs.slice(0, inputs.length / 2));
      await explore(inputs.slice(inputs.length / 2));
      return;
    }
    const before = known.size;
    learn();
    if (known.size > before) corpus.push(...inputs);
  };

  for (const input of target.seeds) await tryInput(input);
  learn();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const batch = Array.from({ length: coverage ? BATCH : 16 }, () => {
      // Half of the time the latest finds, which are the least explored.
      const from = random.below(2) === 0 ? corpus.slice(-32) : corpus;
      const mutation = { random, dictionary, corpus, maxSize: target.maxSize ?? 8192 };
      const input = mutate(random.pick(from), mutation);
      return target.repair && random.below(5) > 0 ? target.repair(input) : input;
    });
    options.onBatch?.(batch);
    await explore(batch);
  }
  return { runs, corpus, features: known.size, findings };
};

/** Where it was thrown: the same place again is no second finding. */
const kindOf = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? error.message).split('\n').slice(0, 3).join()
    : String(error);
