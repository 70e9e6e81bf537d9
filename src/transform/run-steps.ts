import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Codec } from '../codec/codec.ts';
import type { Elf } from '../elf/elf.ts';
import { readElf } from '../elf/read-elf.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { UpxGoal } from '../api/vocabulary.ts';
import type { FileAt } from '../tree/open-file.ts';
import type { KnownCandidate } from './candidates.ts';
import { extractFile, hashOf, openLocalFile, type LocalFile } from './local-file.ts';
import { compressedSize, type Storage } from './measure.ts';
import { missedGoal, type Sizes } from './policy.ts';
import type { ToolResults } from './tool-results.ts';
import type { ResultSpool } from './result-spool.ts';
import type { Step, StepResult } from './step.ts';
import type { Change, Refusal } from './transform.ts';

/** The result for one file. */
export interface Outcome {
  /** Absent where the file stays as it is. */
  readonly content: LayerBytes | undefined;
  readonly changes: readonly Omit<Change, 'path'>[];
  readonly refusals: readonly (Omit<Refusal, 'path'> & {
    /** `failed`: a tool failed or its result is wrong; `missing`: the tool is not installed. */
    readonly kind: 'refused' | 'failed' | 'missing';
  })[];
  /** Whether the original has build information that scanners read. */
  readonly hasInfo?: boolean | undefined;
}

export interface RunStepsOptions {
  /** For the private folders of single files. */
  readonly folder: string;
  readonly codec: Codec;
  readonly storage: Storage;
  readonly goal: UpxGoal;
  readonly results: ToolResults;
  readonly spool: ResultSpool;
  readonly signal: AbortSignal | undefined;
}

/**
 * Gives a file to one tool after the other. Where a tool fails, or its result is not used, the next one
 * gets the file as it was before.
 */
export const runSteps = async (
  { file, elf, names }: KnownCandidate,
  steps: readonly Step[],
  options: RunStepsOptions,
): Promise<Outcome> => {
  const folder = await mkdtemp(join(options.folder, 'file-'));
  const opened: LocalFile[] = [];
  const openResult = async (path: string): Promise<LocalFile> => {
    const result = await openLocalFile(path);
    opened.push(result);
    return result;
  };
  try {
    const changes: Outcome['changes'][number][] = [];
    const refusals: Outcome['refusals'][number][] = [];
    const path = join(folder, 'program');
    await extractFile(file, path);
    let state: State = { path, file, elf, sizes: await sizesOf(file, options) };
    for (const step of steps) {
      const { by, minSize } = step;
      if (state.file.size < minSize) {
        refusals.push({ by, reason: `is smaller than ${minSize / 1024} KiB`, kind: 'refused' });
        continue;
      }
      const result = await runStep(step, state, { ...options, name: names[0], folder });
      if ('failed' in result) {
        refusals.push({ by, reason: result.failed, kind: 'failed' });
        continue;
      }
      const made = await openResult(result.path);
      const sizes = await sizesOf(made, options);
      const missed = missedGoal(by, state.sizes, sizes, options.goal);
      if (missed === undefined) {
        changes.push({ by, ...compare(state.sizes, sizes) });
        state = { path: result.path, file: made, elf: (await readElf(made)) as Elf, sizes };
      } else refusals.push({ by, reason: missed, kind: 'refused' });
    }
    const content = changes.length > 0 ? await options.spool.add(state.file) : undefined;
    return { content, changes, refusals };
  } finally {
    await Promise.allSettled(opened.map((each) => each.close()));
    await rm(folder, { recursive: true, force: true });
  }
};

/** The file as the last tool left it. */
interface State {
  readonly path: string;
  readonly file: FileAt;
  readonly elf: Elf;
  readonly sizes: Sizes;
}

/** Runs one tool, or takes its result for the same file from the cache. */
const runStep = async (
  step: Step,
  { path, file, elf }: State,
  { results, signal, folder: parent, name }: RunStepsOptions & { readonly name: string },
): Promise<StepResult> => {
  const folder = join(parent, step.by);
  await mkdir(folder, { mode: 0o700 });
  const key = `${step.key({ elf, name })}\n${await hashOf(file)}`;
  const stored = join(folder, 'stored');
  if (await results.get(key, stored)) return { path: stored };
  const result = await step.run({ path, file, elf, name, folder, signal });
  if ('path' in result) await results.put(key, result.path);
  return result;
};

const sizesOf = async (
  file: FileAt,
  { storage, codec }: Pick<RunStepsOptions, 'storage' | 'codec'>,
): Promise<Sizes> => ({
  size: file.size,
  compressed: await compressedSize(file, storage, codec),
});

const compare = (before: Sizes, after: Sizes): Omit<Change, 'path' | 'by'> => ({
  before: before.size,
  after: after.size,
  beforeCompressed: before.compressed,
  afterCompressed: after.compressed,
});
