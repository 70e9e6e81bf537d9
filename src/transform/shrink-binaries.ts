import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Layer } from '../layer/layer.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import { hasSection } from '../elf/describe-elf.ts';
import { throwIfAborted } from '../base/errors.ts';
import { withIoErrors } from '../base/io-error.ts';
import { inParallel } from '../base/concurrency.ts';
import { readCandidate, type Candidate, type KnownCandidate } from './candidates.ts';
import { packGuard, stripGuard } from './guards.ts';
import { hashOf } from './local-file.ts';
import type { Storage } from './measure.ts';
import { findPayload, isPacked } from './payload.ts';
import { runSteps, type Outcome, type RunStepsOptions } from './run-steps.ts';
import type { Step } from './step.ts';
import type { Tools } from './tools.ts';
import type { Change, Refusal } from './transform.ts';

export interface ShrinkOptions extends Tools, Omit<RunStepsOptions, 'folder' | 'storage'> {
  readonly layers: readonly Layer[];
  readonly newFolder: () => Promise<string>;
  readonly storageOf: (layer: number) => Storage;
  readonly onProgress: (done: number, total: number) => void;
}

export interface Shrunk {
  readonly replacements: ReadonlyMap<Entry, LayerBytes>;
  readonly changes: readonly Change[];
  /** Including failures. */
  readonly refusals: readonly Refusal[];
  readonly failures: readonly Refusal[];
  /** Why a tool is missing, with the count of binaries it would be for. */
  readonly missing: ReadonlyMap<string, number>;
  /** Count of packed files with build information, which scanners can no longer read. */
  readonly unreadable: number;
}

/** Strips and packs files that may be changed and become smaller, several at a time; equal contents only once. */
export const shrinkBinaries = async (
  candidates: readonly Candidate[],
  options: ShrinkOptions,
): Promise<Shrunk> => {
  const folder = await options.newFolder();
  const known = new Map<string, Promise<Outcome>>();
  const shrink = async (found: Candidate): Promise<Outcome> => {
    throwIfAborted(options.signal);
    const candidate = await readCandidate(found, options.layers);
    if (!candidate) return UNCHANGED;
    const { steps, refusals } = await allowedSteps(candidate, options);
    if (steps.length === 0) return { ...UNCHANGED, refusals };
    const storage = options.storageOf(candidate.entry.layer);
    const key = JSON.stringify([
      await hashOf(candidate.file),
      storage,
      ...steps.map((step) => step.key({ elf: candidate.elf, name: candidate.names[0] })),
    ]);
    const run = known.get(key) ?? runSteps(candidate, steps, { ...options, folder, storage });
    known.set(key, run);
    const outcome = await run;
    const hasInfo = BUILD_INFO.some((name) => hasSection(candidate.elf, name));
    return { ...outcome, hasInfo, refusals: [...refusals, ...outcome.refusals] };
  };
  const total = candidates.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  const jobs = candidates.map((candidate) => async (): Promise<Outcome> => {
    const outcome = await shrink(candidate);
    options.onProgress((done += candidate.file.size), total);
    return outcome;
  });
  const outcomes = await withIoErrors(folder, () => inParallel(jobs, () => {}));
  return collect(candidates, outcomes);
};

const UNCHANGED: Outcome = { content: undefined, changes: [], refusals: [] };

interface Allowed {
  readonly steps: readonly Step[];
  readonly refusals: Outcome['refusals'];
}

/** The tools that may change a file, and why others may not. */
const allowedSteps = async (
  candidate: KnownCandidate,
  { strip, upx }: ShrinkOptions,
): Promise<Allowed> => {
  const reasons = new Map<Step, { reason?: string | undefined; isMissing?: boolean }>();
  if (strip) {
    const reason = stripGuard(candidate);
    const missing = reason === undefined ? strip.missingFor(candidate.elf) : undefined;
    reasons.set(strip, missing === undefined ? { reason } : { reason: missing, isMissing: true });
  }
  if (upx) {
    const isDone = await isPacked(candidate.file);
    reasons.set(upx, { reason: isDone ? 'is packed already' : packGuard(candidate) });
  }
  const isAllowed = [...reasons.values()].some(({ reason }) => reason === undefined);
  const payload = isAllowed ? await findPayload(candidate.file) : undefined;
  const steps: Step[] = [];
  const refusals: Outcome['refusals'][number][] = [];
  for (const [step, { reason = payload, isMissing = false }] of reasons) {
    if (reason === undefined) steps.push(step);
    else refusals.push({ by: step.by, reason, kind: isMissing ? 'missing' : 'refused' });
  }
  return { steps, refusals };
};

const collect = (candidates: readonly Candidate[], outcomes: readonly Outcome[]): Shrunk => {
  const replacements = new Map<Entry, LayerBytes>();
  const changes: Change[] = [];
  const refusals: Refusal[] = [];
  const failures: Refusal[] = [];
  const missing = new Map<string, number>();
  let unreadable = 0;
  for (const [at, outcome] of outcomes.entries()) {
    const { content, changes: made, refusals: reasons, hasInfo = false } = outcome;
    const { entry, names } = candidates[at] as Candidate;
    const [path] = names;
    if (content) replacements.set(entry, content);
    for (const change of made) {
      changes.push({ path, ...change });
      if (change.by === 'upx' && hasInfo) unreadable++;
    }
    for (const { by, reason, kind } of reasons) {
      refusals.push({ path, by, reason });
      if (kind === 'failed') failures.push({ path, by, reason });
      if (kind === 'missing') missing.set(reason, (missing.get(reason) ?? 0) + 1);
    }
  }
  return { replacements, changes, refusals, failures, missing, unreadable };
};

const BUILD_INFO = ECOSYSTEMS.flatMap(({ buildInfoSections = [] }) => buildInfoSections);
